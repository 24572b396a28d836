import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { allItems, pageAfter, paging } from "@/api/paging";
import type { RecordKind } from "@/api/types";

/** The records one may see that fit what was typed; the former answer stays until the next is there. */
export const recordsQuery = ({ q, kind }: { q: string; kind?: RecordKind }) =>
  infiniteQueryOptions({
    queryKey: [...keys.records, "list", { q, kind }],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/records", {
          params: { query: { q: q || undefined, kind, ...pageAfter(pageParam, 50) } },
          signal,
        }),
      ),
    ...paging,
    select: allItems,
    placeholderData: keepPreviousData,
  });
