/** Who is away and who does their work meanwhile. */
import { Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import type { Absence, UserRef } from "@/api/types";
import { useFocusAfter } from "@/shared/focus";
import { fromField } from "@/shared/local-time";
import { userName } from "@/shared/names";
import { Time } from "@/shared/time";
import { Empty, ProblemNote, SkeletonRows, View } from "@/shared/view";
import { absencesQuery, useAddAbsence, useRemoveAbsence } from "./api/absences";
import { colleaguesQuery } from "./api/hand-over-work-item";

interface LeaveProps {
  reader: UserRef;
  /** Whether the person may say that colleagues are away. */
  forOthers: boolean;
}

export function Leave(props: LeaveProps): ReactNode {
  const absences = useQuery(absencesQuery);
  const remove = useRemoveAbsence();
  // the button that took a leave back is gone with it
  const isThere = absences.data?.some(({ id }) => id === remove.variables) ?? false;
  const place = useFocusAfter<HTMLDivElement>(isThere);
  return (
    <Stack p="sm" gap="lg" ref={place} tabIndex={-1}>
      <View
        what="who is away"
        query={absences}
        loading={<SkeletonRows rows={2} />}
        empty={<Empty title="Nobody is away">Note it here before you leave, so that your work is seen to.</Empty>}
      >
        {(all) => <AbsenceList absences={all} remove={remove} {...props} />}
      </View>
      <NewAbsenceForm {...props} />
    </Stack>
  );
}

interface AbsenceListProps extends LeaveProps {
  absences: Absence[];
  remove: ReturnType<typeof useRemoveAbsence>;
}

function AbsenceList({ absences, reader, forOthers, remove }: AbsenceListProps): ReactNode {
  return (
    <>
      <ProblemNote error={remove.error} title="This was not taken back" />
      <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: "none" }} aria-label="Who is away">
        {absences.map((absence) => (
          <Group component="li" key={absence.id} justify="space-between" gap="xs">
            <Text size="sm">
              <b>{userName(absence.user)}</b>, <Time at={absence.starts_at} as="within" /> to{" "}
              <Time at={absence.ends_at} as="within" />:{" "}
              {absence.cover === null ? "the team stands in" : `${userName(absence.cover)} stands in`}
            </Text>
            {(forOthers || absence.user.id === reader.id) && (
              <Button
                size="compact-xs"
                variant="default"
                aria-label={`Take back: ${userName(absence.user)}`}
                loading={remove.isPending && remove.variables === absence.id}
                disabled={remove.isPending}
                onClick={() => remove.mutate(absence.id)}
              >
                Take back
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    </>
  );
}

function NewAbsenceForm({ reader, forOthers }: LeaveProps): ReactNode {
  const colleagues = useQuery(colleaguesQuery).data ?? [];
  const [who, setWho] = useState(reader.id);
  const [cover, setCover] = useState("");
  const [starts, setStarts] = useState("");
  const [ends, setEnds] = useState("");
  const add = useAddAbsence();
  const from = fromField(starts);
  const until = fromField(ends);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (from === null || until === null) return;
    add.mutate(
      {
        user_id: who,
        cover_user_id: cover || undefined,
        starts_at: from.toISOString(),
        ends_at: until.toISOString(),
      },
      {
        onSuccess: () => {
          setStarts("");
          setEnds("");
        },
      },
    );
  };
  return (
    <Stack component="form" gap="sm" onSubmit={submit} aria-label="Note an absence">
      <Group align="flex-start">
        {forOthers && (
          <NativeSelect
            label="Who is away"
            value={who}
            onChange={(event) => setWho(event.currentTarget.value)}
            data={[
              { value: reader.id, label: "I am" },
              ...options(colleagues.filter(({ id }) => id !== reader.id)),
            ]}
          />
        )}
        <TextInput
          type="datetime-local"
          label="From"
          value={starts}
          onChange={(event) => setStarts(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label="Until"
          value={ends}
          onChange={(event) => setEnds(event.currentTarget.value)}
        />
        <NativeSelect
          label="Who stands in"
          value={cover}
          onChange={(event) => setCover(event.currentTarget.value)}
          data={[{ value: "", label: "Everybody of the team" }, ...options(colleagues.filter(({ id }) => id !== who))]}
        />
      </Group>
      <ProblemNote error={add.error} title="This was not noted" />
      <Group>
        <Button type="submit" size="xs" disabled={from === null || until === null} loading={add.isPending}>
          Note the absence
        </Button>
      </Group>
    </Stack>
  );
}

const options = (users: UserRef[]) => users.map((user) => ({ value: user.id, label: userName(user) }));
