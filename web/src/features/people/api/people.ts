import { queryOptions, useMutation, useQueryClient, infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { allItems, pageAfter, paging } from "@/api/paging";
import type { Grant } from "@/api/types";

export const usersQuery = infiniteQueryOptions({
  queryKey: [...keys.users, "list"],
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/users", { params: { query: pageAfter(pageParam, 100) }, signal })),
  ...paging,
  select: allItems,
});

const ROLES = [...keys.users, "roles"];

export const rolesQuery = queryOptions({
  queryKey: ROLES,
  queryFn: ({ signal }) =>
    answer(api.GET("/api/v1/roles", { params: { query: { limit: 200 } }, signal })),
  select: (page) => page.items,
});

export const unitsQuery = queryOptions({
  queryKey: keys.units,
  queryFn: ({ signal }) =>
    answer(api.GET("/api/v1/business-units", { params: { query: { limit: 200 } }, signal })),
  select: (page) => page.items,
});

export interface UserChange {
  role_ids?: string[];
  business_unit_id?: string;
  is_active?: boolean;
}

export function useChangeUser(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: UserChange) =>
      answer(api.PATCH("/api/v1/users/{user_id}", { params: { path: { user_id: id } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.users }),
  });
}

/** Makes an own role that gives what another does. */
export function useCopyRole() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; copy_of: string }) =>
      answer(api.POST("/api/v1/roles", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ROLES }),
  });
}

export function useChangeRole(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (privileges: Grant[]) =>
      answer(
        api.PATCH("/api/v1/roles/{role_id}", {
          params: { path: { role_id: id } },
          body: { privileges },
        }),
      ),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ROLES }),
        client.invalidateQueries({ queryKey: keys.session }),
      ]),
  });
}
