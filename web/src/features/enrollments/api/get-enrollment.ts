import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

export const enrollmentQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.enrollments, id, "one"],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/enrollments/{enrollment_id}", {
          params: { path: { enrollment_id: id } },
          signal,
        }),
      ),
  });
