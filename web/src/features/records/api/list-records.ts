import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { allItems, pageAfter, paging } from "@/api/paging";
import type { RecordKind } from "@/api/types";

interface Wanted {
  q: string;
  kind?: RecordKind;
  /** Only one's own and those of one's teams, or only those of one's teams. */
  owner?: "me" | "team";
}

/** The records one may see that fit what was typed; the former answer stays until the next is there. */
export const recordsQuery = ({ q, kind, owner }: Wanted) =>
  infiniteQueryOptions({
    queryKey: [...keys.records, "list", { q, kind, owner }],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/records", {
          params: { query: { q: q || undefined, kind, owner, ...pageAfter(pageParam, 50) } },
          signal,
        }),
      ),
    ...paging,
    select: allItems,
    placeholderData: keepPreviousData,
  });
