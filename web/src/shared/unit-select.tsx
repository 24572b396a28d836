/** Choosing a business unit, with where it stands in the tree. */
import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { BusinessUnit } from "@/api/types";
import { inTreeOrder, unitsQuery } from "./organisation";

interface UnitSelectProps {
  label: string;
  value: string;
  onChange: (id: string) => void;
  /** Which units are to choose from; all if it is not given. */
  isOffered?: (unit: BusinessUnit, units: BusinessUnit[]) => boolean;
}

export function UnitSelect({ label, value, onChange, isOffered }: UnitSelectProps): ReactNode {
  const { data: units = [], isPending } = useQuery(unitsQuery);
  return (
    <NativeSelect
      label={label}
      value={value}
      disabled={isPending}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={inTreeOrder(units)
        .filter(({ unit }) => isOffered?.(unit, units) ?? true)
        // spaces of a width of their own, which an option does not run together
        .map(({ unit: { id, name }, depth }) => ({ value: id, label: "\u2003".repeat(depth) + name }))}
    />
  );
}
