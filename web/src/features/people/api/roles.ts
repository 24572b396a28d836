import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import { everyPage } from "@/api/paging";
import type { Grant } from "@/api/types";

const ROLES = [...keys.users, "roles"];

export const rolesQuery = queryOptions({
  queryKey: ROLES,
  queryFn: ({ signal }) =>
    everyPage((query) => answer(api.GET("/api/v1/roles", { params: { query }, signal }))),
});

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

/** Deletes an own role that nobody holds. */
export function useDeleteRole(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      answer(api.DELETE("/api/v1/roles/{role_id}", { params: { path: { role_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ROLES }),
  });
}
