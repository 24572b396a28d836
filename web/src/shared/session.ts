/** Who is signed in, and what they may do. */
import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Grant, Session, TouchlineRecord } from "@/api/types";

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: ({ signal }) => answer(api.GET("/api/v1/session", { signal })),
  staleTime: Infinity,
});

/** Returns the session of the signed-in person; only for what is shown behind the sign-in. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/** Returns whose rows the signed-in person's roles give a privilege on; undefined if nobody's. */
export function useLevel(entity: Grant["entity"], privilege: Grant["privilege"]): Grant["level"] | undefined {
  const { privileges } = useSession();
  return privileges.find((one) => one.entity === entity && one.privilege === privilege)?.level;
}

/** Returns whether the signed-in person's roles give all of these privileges, at whatever level. */
export function useMay(entity: Grant["entity"], ...needed: Grant["privilege"][]): boolean {
  const { privileges } = useSession();
  const given = privileges.filter((one) => one.entity === entity).map((one) => one.privilege);
  return needed.every((privilege) => given.includes(privilege));
}

/** Returns whether the reader's roles may reach what is of this record; the API has the last word, of which the page tells. */
export function useMayPerhaps(
  entity: Grant["entity"],
  privilege: Grant["privilege"],
  record: Pick<TouchlineRecord, "owner" | "owner_team_id">,
): boolean {
  const { user } = useSession();
  const level = useLevel(entity, privilege);
  if (level !== "user") return level !== undefined;
  // a team's may be the reader's own team's
  return record.owner.id === user.id || record.owner_team_id !== null;
}
