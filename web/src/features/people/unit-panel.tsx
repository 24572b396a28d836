/** The parts of the organisation: a tree. */
import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { BusinessUnit } from "@/api/types";
import { ConfirmButton } from "@/shared/confirm-button";
import { partsOf, unitsQuery } from "@/shared/organisation";
import { useMay } from "@/shared/session";
import { Empty, SkeletonRows, View } from "@/shared/view";
import { useDeleteUnit } from "./api/units";
import { AddUnitDialog, ChangeUnitDialog } from "./unit-dialog";
import classes from "./unit-panel.module.css";

export function UnitPanel(): ReactNode {
  const units = useQuery(unitsQuery);
  return (
    <View
      what="the business units"
      query={units}
      loading={<SkeletonRows rows={4} />}
      empty={<Empty title="No units to be seen">Your roles show you none.</Empty>}
    >
      {(items) => (
        <div className={classes.tree}>
          <Branch units={items} parentId={null} label="Business units" />
        </div>
      )}
    </View>
  );
}

interface BranchProps {
  units: BusinessUnit[];
  parentId: string | null;
  label: string;
}

function Branch({ units, parentId, label }: BranchProps): ReactNode {
  const parts = partsOf(units, parentId);
  if (parts.length === 0) return null;
  return (
    <ul aria-label={label}>
      {parts.map((unit) => (
        <li key={unit.id}>
          <Unit unit={unit} />
          <Branch units={units} parentId={unit.id} label={`Within ${unit.name}`} />
        </li>
      ))}
    </ul>
  );
}

function Unit({ unit }: { unit: BusinessUnit }): ReactNode {
  const [open, setOpen] = useState<"add" | "change">();
  const remove = useDeleteUnit(unit.id);
  const mayCreate = useMay("business_unit", "create");
  const mayWrite = useMay("business_unit", "write");
  const mayDelete = useMay("business_unit", "delete");
  const close = () => setOpen(undefined);
  return (
    <Group gap="xs" justify="space-between" py={4}>
      <Text size="sm" fw={600}>
        <bdi>{unit.name}</bdi>
      </Text>
      <Group gap="xs">
        {mayCreate && (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`New unit in ${unit.name}`}
            onClick={() => setOpen("add")}
          >
            New unit
          </Button>
        )}
        {mayWrite && (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Change ${unit.name}`}
            onClick={() => setOpen("change")}
          >
            Change
          </Button>
        )}
        {mayDelete && unit.parent_id !== null && (
          <ConfirmButton
            action="Delete"
            what={unit.name}
            refusal="The unit was not deleted"
            change={remove}
            onConfirm={() => remove.mutate()}
          >
            Only a unit to which nobody and nothing belongs can be deleted.
          </ConfirmButton>
        )}
      </Group>
      <AddUnitDialog unit={unit} isOpen={open === "add"} onClose={close} />
      <ChangeUnitDialog unit={unit} isOpen={open === "change"} onClose={close} />
    </Group>
  );
}
