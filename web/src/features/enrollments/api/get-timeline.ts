import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

/** All that happened to an enrollment, in order. */
export const timelineQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.enrollments, id, "timeline"],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/enrollments/{enrollment_id}/timeline", {
          params: { path: { enrollment_id: id } },
          signal,
        }),
      ),
    select: (timeline) => timeline.items,
  });
