import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { pageAfter, paging } from "@/api/paging";

/** Texts that hold what is looked for, the newest first. */
export const textsQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.search, "texts", q],
    queryFn: ({ pageParam, signal }) =>
      answer(api.GET("/api/v1/search", { params: { query: { q, ...pageAfter(pageParam, 30) } }, signal })),
    ...paging,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    enabled: q !== "",
  });

/** Conversations with a number that holds these digits; only for what looks like a part of a number. */
export const numbersQuery = (q: string) =>
  queryOptions({
    queryKey: [...keys.search, "numbers", q],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/search/numbers", { params: { query: { q, limit: 10 } }, signal })),
    select: ({ items }) => items,
    enabled: isPartOfNumber(q),
  });

export function isPartOfNumber(q: string): boolean {
  return /^[+\d\s().-]+$/.test(q) && q.replaceAll(/\D/g, "").length >= 3;
}
