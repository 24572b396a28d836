/** Changing somebody's name, what they may do, where they belong, and whether and how they may sign in. */
import { Button, Checkbox, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import type { User } from "@/api/types";
import { userName } from "@/shared/names";
import { NewPasswordInput, SHORTEST_PASSWORD } from "@/shared/new-password-input";
import { useMay, useSession } from "@/shared/session";
import { UnitSelect } from "@/shared/unit-select";
import { ProblemNote } from "@/shared/view";
import { useChangeUser } from "./api/people";
import { RoleChoice } from "./role-choice";

export function UserDialog({ user, onClose }: { user: User | null; onClose: () => void }): ReactNode {
  return (
    <Modal
      opened={user !== null}
      onClose={onClose}
      title={user && userName(user)}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {user && <Contents key={user.id} user={user} onClose={onClose} />}
    </Modal>
  );
}

function Contents({ user, onClose }: { user: User; onClose: () => void }): ReactNode {
  const [firstName, setFirstName] = useState(user.first_name);
  const [lastName, setLastName] = useState(user.last_name);
  const [roleIds, setRoleIds] = useState(user.roles.map(({ id }) => id));
  const [unitId, setUnitId] = useState(user.business_unit.id);
  const [isActive, setActive] = useState(user.is_active);
  const [password, setPassword] = useState("");
  const mayAssign = useMay("user", "assign");
  const isMyself = useSession().user.id === user.id;
  const change = useChangeUser(user.id);
  const isNamed = firstName.trim() !== "" && lastName.trim() !== "";
  const isComplete = isNamed && (password === "" || password.length >= SHORTEST_PASSWORD);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isComplete) return;
    change.mutate(
      {
        first_name: firstName.trim(),
        last_name: lastName.trim(),
        business_unit_id: unitId,
        is_active: isActive,
        ...(mayAssign && { role_ids: roleIds }),
        ...(password && { password }),
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Stack component="form" onSubmit={submit}>
      <Group grow align="flex-start">
        <TextInput
          label="First name"
          value={firstName}
          onChange={(event) => setFirstName(event.currentTarget.value)}
        />
        <TextInput
          label="Last name"
          value={lastName}
          onChange={(event) => setLastName(event.currentTarget.value)}
        />
      </Group>
      <RoleChoice value={roleIds} onChange={setRoleIds} disabled={!mayAssign} />
      <UnitSelect label="Business unit" value={unitId} onChange={setUnitId} />
      <Checkbox
        label="May sign in"
        description="Who may not is signed out at once, and keeps their records and texts."
        checked={isActive}
        onChange={(event) => setActive(event.currentTarget.checked)}
      />
      {!isMyself && (
        <NewPasswordInput
          label="New password, if they forgot theirs"
          note="Tell it to them yourself. They are signed out at once."
          value={password}
          onChange={setPassword}
        />
      )}
      <ProblemNote error={change.error} title="Nothing was changed" />
      <Group justify="flex-end">
        <Button type="submit" disabled={!isComplete} loading={change.isPending}>
          Save
        </Button>
      </Group>
    </Stack>
  );
}
