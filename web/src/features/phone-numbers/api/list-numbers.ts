import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { allItems, pageAfter, paging } from "@/api/paging";

/** The numbers the organisation sends from, as far as one may see them. */
export const numbersQuery = infiniteQueryOptions({
  queryKey: [...keys.numbers, "list"],
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/phone-numbers", { params: { query: pageAfter(pageParam, 100) }, signal })),
  ...paging,
  select: allItems,
});
