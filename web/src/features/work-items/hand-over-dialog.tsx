/** Letting a colleague or a team do it. */
import { Button, Group, Modal, NativeSelect, Stack, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import type { WorkItem } from "@/api/types";
import { focusOnce } from "@/shared/focus";
import { customerName, userName } from "@/shared/names";
import { ProblemNote, SkeletonRows, View } from "@/shared/view";
import { colleaguesQuery, teamsQuery, useHandOverWorkItem } from "./api/hand-over-work-item";

interface HandOverDialogProps {
  item: WorkItem;
  isOpen: boolean;
  onClose: () => void;
  onHandedOver: (item: WorkItem) => void;
}

export function HandOverDialog({ isOpen, ...of }: HandOverDialogProps): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={of.onClose}
      title={`Hand over ${customerName(of.item)}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Contents {...of} />
    </Modal>
  );
}

function Contents({ item, onClose, onHandedOver }: Omit<HandOverDialogProps, "isOpen">): ReactNode {
  const colleagues = useQuery(colleaguesQuery);
  const teams = useQuery(teamsQuery);
  const [to, setTo] = useState("");
  const [note, setNote] = useState("");
  const handOver = useHandOverWorkItem(item.id);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const [what, id] = to.split(":");
    if (!id) return;
    handOver.mutate(
      { ...(what === "team" ? { team_id: id } : { user_id: id }), note: note.trim() },
      {
        onSuccess: (answer) => {
          onClose();
          onHandedOver(answer);
        },
      },
    );
  };
  return (
    <View what="your colleagues" query={colleagues} loading={<SkeletonRows rows={2} />}>
      {(users) => (
        <Stack component="form" onSubmit={submit}>
          <NativeSelect
            label="To"
            data-autofocus
            // where the colleagues come later, the dialog has looked for a field before this one appears
            ref={focusOnce}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
            data={[
              { value: "", label: "Choose a colleague or a team" },
              {
                group: "Colleagues",
                items: users
                  .filter(({ id }) => id !== item.assignee?.id)
                  .map((user) => ({ value: `user:${user.id}`, label: userName(user) })),
              },
              {
                group: "Teams",
                items: (teams.data ?? [])
                  .filter(({ id }) => id !== item.team?.id)
                  .map(({ id, name }) => ({ value: `team:${id}`, label: name })),
              },
            ]}
          />
          <Textarea
            label="Note (optional)"
            autosize
            minRows={2}
            maxLength={300}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <ProblemNote error={handOver.error} title="This was not handed over" />
          <Group justify="flex-end">
            <Button type="submit" disabled={to === ""} loading={handOver.isPending}>
              Hand over
            </Button>
          </Group>
        </Stack>
      )}
    </View>
  );
}
