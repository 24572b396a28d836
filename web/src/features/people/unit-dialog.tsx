/** Making a business unit within another, or renaming and moving one. */
import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import type { BusinessUnit } from "@/api/types";
import { UnitSelect } from "@/shared/unit-select";
import { ProblemNote } from "@/shared/view";
import { useAddUnit, useChangeUnit } from "./api/units";

interface UnitDialogProps {
  unit: BusinessUnit;
  isOpen: boolean;
  onClose: () => void;
}

/** Makes a unit that is part of `unit`. */
export function AddUnitDialog({ unit, isOpen, onClose }: UnitDialogProps): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={`New unit in ${unit.name}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <NewUnit unit={unit} onClose={onClose} />
    </Modal>
  );
}

export function ChangeUnitDialog({ unit, isOpen, onClose }: UnitDialogProps): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={unit.name}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <ChangedUnit unit={unit} onClose={onClose} />
    </Modal>
  );
}

type ContentsProps = Omit<UnitDialogProps, "isOpen">;

function NewUnit({ unit, onClose }: ContentsProps): ReactNode {
  const [name, setName] = useState("");
  const add = useAddUnit();
  return (
    <UnitForm
      name={name}
      onName={setName}
      change={add}
      onSubmit={() => add.mutate({ name: name.trim(), parent_id: unit.id }, { onSuccess: onClose })}
    />
  );
}

function ChangedUnit({ unit, onClose }: ContentsProps): ReactNode {
  const [name, setName] = useState(unit.name);
  const [parentId, setParentId] = useState(unit.parent_id);
  const change = useChangeUnit(unit.id);
  const submit = () =>
    change.mutate(
      { name: name.trim(), ...(parentId !== null && { parent_id: parentId }) },
      { onSuccess: onClose },
    );
  return (
    <UnitForm name={name} onName={setName} change={change} onSubmit={submit}>
      {/* the unit that all are part of stays where it is */}
      {parentId !== null && <UnitSelect label="Part of" value={parentId} onChange={setParentId} />}
    </UnitForm>
  );
}

interface UnitFormProps {
  name: string;
  onName: (name: string) => void;
  change: { error: unknown; isPending: boolean };
  onSubmit: () => void;
  children?: ReactNode;
}

function UnitForm({ name, onName, change, onSubmit, children }: UnitFormProps): ReactNode {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "" && !change.isPending) onSubmit();
  };
  return (
    <Stack component="form" onSubmit={submit}>
      <TextInput
        label="Name"
        data-autofocus
        value={name}
        onChange={(event) => onName(event.currentTarget.value)}
      />
      {children}
      <ProblemNote error={change.error} title="The unit was not saved" />
      <Group justify="flex-end">
        <Button type="submit" disabled={name.trim() === ""} loading={change.isPending}>
          Save
        </Button>
      </Group>
    </Stack>
  );
}
