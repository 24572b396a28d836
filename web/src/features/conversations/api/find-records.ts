import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

/** The first records that fit a name or a number. */
export const foundRecordsQuery = (q: string) =>
  queryOptions({
    queryKey: [...keys.records, "find", q],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/records", { params: { query: { q, limit: 10 } }, signal })),
    select: (page) => page.items,
    enabled: q !== "",
    placeholderData: keepPreviousData,
  });
