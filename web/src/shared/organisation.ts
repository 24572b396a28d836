/** The organisation: its settings, and the teams and business units that a person chooses among. */
import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { everyPage } from "@/api/paging";
import type { BusinessUnit } from "@/api/types";

export const settingsQuery = queryOptions({
  queryKey: [...keys.organisation, "settings"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/organisation", { signal })),
});

export const teamsQuery = queryOptions({
  queryKey: [...keys.teams, "all"],
  queryFn: ({ signal }) =>
    everyPage((query) => answer(api.GET("/api/v1/teams", { params: { query }, signal }))),
});

export const unitsQuery = queryOptions({
  queryKey: [...keys.units, "all"],
  queryFn: ({ signal }) =>
    everyPage((query) => answer(api.GET("/api/v1/business-units", { params: { query }, signal }))),
});

/** Returns the units that are part of a unit, near or far, and the unit itself. */
export function withinUnit(units: BusinessUnit[], id: string): Set<string> {
  const within = new Set([id]);
  // a set is walked with what is added to it meanwhile
  for (const parent of within) {
    for (const unit of units) if (unit.parent_id === parent) within.add(unit.id);
  }
  return within;
}

/** Returns the units that are directly part of another, by name; of null: the one that all are part of. */
export function partsOf(units: BusinessUnit[], id: string | null): BusinessUnit[] {
  return units
    .filter(({ parent_id }) => parent_id === id)
    .toSorted((one, other) => one.name.localeCompare(other.name));
}

/** Returns the units as a tree is read: each after what it is part of, with how deep it stands. */
export function inTreeOrder(
  units: BusinessUnit[],
  within: string | null = null,
  depth = 0,
): { unit: BusinessUnit; depth: number }[] {
  return partsOf(units, within).flatMap((unit) => [
    { unit, depth },
    ...inTreeOrder(units, unit.id, depth + 1),
  ]);
}
