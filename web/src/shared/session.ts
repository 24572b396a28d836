/** Who is signed in, and what they may do. */
import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Grant, Session } from "@/api/types";

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
