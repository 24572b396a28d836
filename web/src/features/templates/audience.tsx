/** With whom a template is shared, in words. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Template } from "@/api/types";
import { userName } from "@/shared/names";
import { teamsQuery, unitsQuery } from "@/shared/organisation";
import { useSession } from "@/shared/session";
import { SHARINGS } from "./words";

type Shared = Pick<Template, "sharing" | "team_id" | "business_unit_id" | "owner">;

export function Audience({ of }: { of: Shared }): ReactNode {
  const { user } = useSession();
  const teams = useQuery({ ...teamsQuery, enabled: of.sharing === "team" });
  const units = useQuery({ ...unitsQuery, enabled: of.sharing === "business_unit" });
  const name = {
    me: of.owner.id === user.id ? SHARINGS.me : `Only ${userName(of.owner)}`,
    team: teams.data?.find(({ id }) => id === of.team_id)?.name,
    business_unit: units.data?.find(({ id }) => id === of.business_unit_id)?.name,
    organisation: SHARINGS.organisation,
  }[of.sharing];
  return name ?? SHARINGS[of.sharing];
}
