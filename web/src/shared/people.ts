/** The people whose something can be. */
import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { everyPage } from "@/api/paging";

/** Everybody whose a record, a lead or a number can be. */
export const colleaguesQuery = queryOptions({
  queryKey: [...keys.users, "owners"],
  queryFn: ({ signal }) =>
    everyPage((query) => answer(api.GET("/api/v1/users", { params: { query }, signal }))),
  select: (users) => users.filter((user) => user.is_active),
});
