import { infiniteQueryOptions, queryOptions, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import { allItems, pageAfter, paging } from "@/api/paging";
import type { Person } from "../words";

export const erasuresQuery = infiniteQueryOptions({
  queryKey: [...keys.erasures, "list"],
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/erasures", { params: { query: pageAfter(pageParam, 50) }, signal })),
  ...paging,
  select: allItems,
});

/** What an erasure would erase, and what it would leave; it erases nothing. */
export const trialQuery = (of: Person["of"], everything: boolean) =>
  queryOptions({
    queryKey: [...keys.erasures, "trial", of, everything],
    queryFn: ({ signal }) =>
      answer(
        api.POST("/api/v1/people/erase", {
          body: { ...of, everything, reason: "Asked what would be erased", dry_run: true },
          signal,
        }),
      ),
    staleTime: 0,
    gcTime: 0,
  });

/** Erases a person for good. */
export function useErase(of: Person["of"]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { reason: string; everything: boolean }) =>
      answer(api.POST("/api/v1/people/erase", { body: { ...of, ...body, dry_run: false } })),
    onSuccess: () => {
      // what names the person is gone from this page's memory, too
      client.removeQueries({ type: "inactive" });
      return client.invalidateQueries({ queryKey: [...keys.erasures, "list"] });
    },
  });
}
