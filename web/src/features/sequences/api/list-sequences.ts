import { infiniteQueryOptions, type InfiniteData } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { pageAfter, paging, type Page } from "@/api/paging";
import type { SequenceSummary } from "@/api/types";

export const sequencesQuery = infiniteQueryOptions({
  queryKey: [...keys.sequences, "list"],
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/sequences", { params: { query: pageAfter(pageParam, 50) }, signal })),
  ...paging,
  select: (data: InfiniteData<Page<SequenceSummary>>) =>
    data.pages.flatMap((page) => page.items),
});
