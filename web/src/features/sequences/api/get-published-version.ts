import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

/** The version that new enrollments run; null while none was published. */
export const publishedVersionQuery = (key: string) =>
  queryOptions({
    queryKey: [...keys.sequences, "published", key],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/sequences/{key}/versions", {
          params: { path: { key }, query: { limit: 1 } },
          signal,
        }),
      ),
    select: (page) => page.items[0] ?? null,
  });
