/** Giving a number to a person or a team, and making it the one that a person sends from. */
import { Button, Checkbox, Group, Modal, NativeSelect, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { lineOf } from "@/api/client";
import type { PhoneNumber } from "@/api/types";
import { phone, userName } from "@/shared/names";
import { teamsQuery } from "@/shared/organisation";
import { colleaguesQuery } from "@/shared/people";
import { useMay } from "@/shared/session";
import { ProblemNote, View } from "@/shared/view";
import { useChangeNumber } from "./api/change-number";

interface AssignDialogProps {
  /** Null while the dialog is closed. */
  number: PhoneNumber | null;
  onClose: () => void;
}

export function AssignDialog({ number, onClose }: AssignDialogProps): ReactNode {
  return (
    <Modal
      opened={number !== null}
      onClose={onClose}
      title={number && `Assign ${phone(number.e164)}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {number && <AssignForm key={number.id} number={number} onClose={onClose} />}
    </Modal>
  );
}

/** Whose a number is, as one value of a field. */
const ownerKey = ({ owner_user_id, owner_team_id }: PhoneNumber): string => {
  if (owner_team_id !== null) return `team:${owner_team_id}`;
  return owner_user_id === null ? "" : `user:${owner_user_id}`;
};

function AssignForm({ number, onClose }: { number: PhoneNumber; onClose: () => void }): ReactNode {
  const before = ownerKey(number);
  const [owner, setOwner] = useState(before);
  const [isDefault, setDefault] = useState(number.is_default);
  const mayAssign = useMay("phone_number", "assign");
  const change = useChangeNumber(number.id);
  const isAPersons = owner.startsWith("user:");
  const isChanged = owner !== before || (isAPersons && isDefault !== number.is_default);

  const choose = (chosen: string) => {
    setOwner(chosen);
    // in other hands it is nobody's default, unless that is said
    setDefault(chosen === before && number.is_default);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isChanged) return;
    const [of, id] = owner.split(":");
    change.mutate(
      {
        ...(owner !== before && {
          owner_user_id: of === "user" && id ? id : null,
          owner_team_id: of === "team" && id ? id : null,
        }),
        ...(isAPersons && { is_default: isDefault }),
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Stack component="form" onSubmit={submit}>
      <OwnerSelect
        value={owner}
        before={before}
        onChange={choose}
        isDisabled={!mayAssign}
        error={lineOf(change.error, "owner_user_id") ?? lineOf(change.error, "owner_team_id")}
      />
      {isAPersons && (
        <Checkbox
          label="They send from it by default"
          description="It takes the place of the number that they sent from by default before."
          checked={isDefault}
          onChange={(event) => setDefault(event.currentTarget.checked)}
        />
      )}
      <ProblemNote error={change.error} title="The number was not changed" />
      <Group justify="flex-end">
        <Button type="submit" disabled={!isChanged} loading={change.isPending}>
          Save
        </Button>
      </Group>
    </Stack>
  );
}

interface OwnerSelectProps {
  value: string;
  before: string;
  onChange: (value: string) => void;
  isDisabled: boolean;
  error: ReactNode;
}

function OwnerSelect({ value, before, onChange, isDisabled, error }: OwnerSelectProps): ReactNode {
  const users = useQuery(colleaguesQuery);
  const teams = useQuery(teamsQuery);
  return (
    <View what="the teams" query={teams} loading={<Skeleton height={56} />}>
      {(allTeams) => (
        <View what="your colleagues" query={users} loading={<Skeleton height={56} />}>
          {(allUsers) => {
            const people = allUsers.map((one) => ({ value: `user:${one.id}`, label: userName(one) }));
            const groups = allTeams.map((one) => ({ value: `team:${one.id}`, label: one.name }));
            const isKnown = [...people, ...groups].some((one) => one.value === before);
            return (
              <NativeSelect
                label="Whose it is"
                description="Its conversations go with it."
                data-autofocus
                disabled={isDisabled}
                value={value}
                onChange={(event) => onChange(event.currentTarget.value)}
                data={[
                  { value: "", label: "Nobody" },
                  ...(isKnown || before === "" ? [] : [{ value: before, label: "As it is now" }]),
                  { group: "People", items: people },
                  { group: "Teams", items: groups },
                ]}
                error={error}
              />
            );
          }}
        </View>
      )}
    </View>
  );
}
