/** Adding somebody, with the password they first sign in with. */
import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { NewPasswordInput, SHORTEST_PASSWORD } from "@/shared/new-password-input";
import { useSession } from "@/shared/session";
import { UnitSelect } from "@/shared/unit-select";
import { ProblemNote } from "@/shared/view";
import { useAddUser } from "./api/people";
import { RoleChoice } from "./role-choice";

export function AddUserDialog(props: { isOpen: boolean; onClose: () => void }): ReactNode {
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title="New user"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Contents onClose={props.onClose} />
    </Modal>
  );
}

function Contents({ onClose }: { onClose: () => void }): ReactNode {
  const { user } = useSession();
  const [names, setNames] = useState({ first_name: "", last_name: "", email: "" });
  const [password, setPassword] = useState("");
  const [unitId, setUnitId] = useState(user.business_unit.id);
  const [roleIds, setRoleIds] = useState<string[]>([]);
  const add = useAddUser();
  const isComplete =
    Object.values(names).every((value) => value.trim() !== "") && password.length >= SHORTEST_PASSWORD;

  const fill = (name: keyof typeof names) => ({
    value: names[name],
    onChange: (event: { currentTarget: HTMLInputElement }) =>
      setNames({ ...names, [name]: event.currentTarget.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isComplete) return;
    add.mutate(
      { ...names, password, business_unit_id: unitId, role_ids: roleIds },
      { onSuccess: onClose },
    );
  };
  return (
    <Stack component="form" onSubmit={submit}>
      <Group grow align="flex-start">
        <TextInput label="First name" data-autofocus {...fill("first_name")} />
        <TextInput label="Last name" {...fill("last_name")} />
      </Group>
      <TextInput label="E-mail address" type="email" autoComplete="off" {...fill("email")} />
      <NewPasswordInput
        label="First password"
        note="Tell it to them yourself: no e-mail is sent."
        value={password}
        onChange={setPassword}
      />
      <UnitSelect label="Business unit" value={unitId} onChange={setUnitId} />
      <RoleChoice value={roleIds} onChange={setRoleIds} />
      <ProblemNote error={add.error} title="Nobody was added" />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={!isComplete} loading={add.isPending}>
          Add
        </Button>
      </Group>
    </Stack>
  );
}
