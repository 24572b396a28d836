import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { allItems, pageAfter, paging } from "@/api/paging";
import type { EnrollmentStatus } from "@/api/types";

/** The enrollments of a sequence, in one status or in all. */
export const enrollmentsQuery = (sequence: string, status: EnrollmentStatus | undefined) =>
  infiniteQueryOptions({
    queryKey: [...keys.enrollments, "list", { sequence, status }],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/enrollments", {
          params: { query: { sequence, status, ...pageAfter(pageParam, 50) } },
          signal,
        }),
      ),
    ...paging,
    select: allItems,
  });
