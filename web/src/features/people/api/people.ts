import { queryOptions, useQueryClient, infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import { allItems, everyPage, pageAfter, paging } from "@/api/paging";

export const usersQuery = infiniteQueryOptions({
  queryKey: [...keys.users, "list"],
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/users", { params: { query: pageAfter(pageParam, 100) }, signal })),
  ...paging,
  select: allItems,
});

/** Everybody who may be put in a team. */
export const candidatesQuery = queryOptions({
  queryKey: [...keys.users, "candidates"],
  queryFn: ({ signal }) =>
    everyPage((query) => answer(api.GET("/api/v1/users", { params: { query }, signal }))),
  select: (users) => users.filter((user) => user.is_active),
});

interface NewUser {
  email: string;
  first_name: string;
  last_name: string;
  business_unit_id: string;
  role_ids: string[];
  password: string;
}

export function useAddUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewUser) => answer(api.POST("/api/v1/users", { body })),
    // the password is gone from the page with what it was typed in
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.users }),
  });
}

interface UserChange {
  first_name: string;
  last_name: string;
  business_unit_id: string;
  is_active: boolean;
  /** Only for who may assign users. */
  role_ids?: string[];
  /** Only for others. */
  password?: string;
}

export function useChangeUser(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: UserChange) =>
      answer(api.PATCH("/api/v1/users/{user_id}", { params: { path: { user_id: id } }, body })),
    // as above
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.users }),
  });
}
