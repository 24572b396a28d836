/** Choosing with whom a template is shared: only those one may share with are offered. */
import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Template } from "@/api/types";
import { teamsQuery, withinUnit } from "@/shared/organisation";
import { useLevel, useSession } from "@/shared/session";
import { UnitSelect } from "@/shared/unit-select";
import { SHARINGS } from "./words";

export type Audience = Pick<Template, "sharing" | "team_id" | "business_unit_id">;

interface SharingFieldsProps {
  value: Audience;
  onChange: (audience: Audience) => void;
}

export function SharingFields({ value, onChange }: SharingFieldsProps): ReactNode {
  const { user } = useSession();
  const isEverywhere = useLevel("template", "write") === "organisation";
  const { data: teams = [] } = useQuery(teamsQuery);
  const offered = teams.filter(
    ({ id, members }) =>
      isEverywhere || id === value.team_id || members.some((member) => member.id === user.id),
  );
  const share = (sharing: Template["sharing"]) =>
    onChange({
      sharing,
      team_id: sharing === "team" ? (offered[0]?.id ?? null) : null,
      business_unit_id: sharing === "business_unit" ? user.business_unit.id : null,
    });
  return (
    <>
      <NativeSelect
        label="Shared with"
        value={value.sharing}
        onChange={(event) => share(event.currentTarget.value as Template["sharing"])}
        data={Object.entries(SHARINGS).map(([sharing, label]) => ({
          value: sharing,
          label,
          disabled: sharing === "team" && value.sharing !== "team" && offered.length === 0,
        }))}
      />
      {value.sharing === "team" && (
        <NativeSelect
          label="Team"
          value={value.team_id ?? ""}
          onChange={(event) => onChange({ ...value, team_id: event.currentTarget.value })}
          data={offered.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      {value.sharing === "business_unit" && (
        <UnitSelect
          label="Business unit"
          value={value.business_unit_id ?? ""}
          onChange={(business_unit_id) => onChange({ ...value, business_unit_id })}
          isOffered={(unit, units) =>
            isEverywhere ||
            unit.id === value.business_unit_id ||
            withinUnit(units, user.business_unit.id).has(unit.id)
          }
        />
      )}
    </>
  );
}
