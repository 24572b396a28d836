/** Who is signed in, and what they may do. */
import { queryOptions, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Grant, Session } from "@/api/types";

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: ({ signal }) => answer(api.GET("/api/v1/session", { signal })),
  staleTime: Infinity,
});

const rolesQuery = queryOptions({
  queryKey: keys.roles,
  queryFn: ({ signal }) => answer(api.GET("/api/v1/roles", { signal })),
  staleTime: Infinity,
  select: (page) => page.items,
});

/** Returns the session of the signed-in person; only for what is shown behind the sign-in. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/** Returns whether the signed-in person's role has a privilege, at whatever level; false until it is known. */
export function useMay(entity: Grant["entity"], privilege: Grant["privilege"]): boolean {
  const { role } = useSession().user;
  const roles = useQuery(rolesQuery).data;
  const granted = roles?.find((one) => one.role === role)?.privileges;
  return granted?.some((one) => one.entity === entity && one.privilege === privilege) ?? false;
}
