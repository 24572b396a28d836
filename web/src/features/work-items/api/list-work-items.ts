import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { allItems, pageAfter, paging } from "@/api/paging";
import { askedFor, type WorkFilters } from "../work-filters";

/** The work items that fit, what comes first at the top; the former answer stays until the next is there. */
export const workItemsQuery = (filters: WorkFilters) =>
  infiniteQueryOptions({
    queryKey: [...keys.workItems, "list", filters],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/work-items", {
          params: {
            query: {
              ...askedFor(filters),
              sort: filters.sort,
              descending: filters.reversed && true,
              group: filters.group,
              ...pageAfter(pageParam, 50),
            },
          },
          signal,
        }),
      ),
    ...paging,
    select: allItems,
    placeholderData: keepPreviousData,
  });

/** How much there is to do of what fits, and how much in each group. */
export const workItemCountsQuery = (filters: WorkFilters) =>
  queryOptions({
    queryKey: [...keys.workItems, "counts", filters],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/work-items/counts", {
          params: { query: { ...askedFor(filters), group: filters.group } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
