import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import type { RecordKind } from "@/api/types";

/** The templates for a kind of record whose name or key holds what was typed, by name. */
export const templatesQuery = (kind: RecordKind, q: string) =>
  queryOptions({
    queryKey: [...keys.templates, "pick", { kind, q }],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/templates", {
          params: { query: { kind, q: q || undefined, limit: 20 } },
          signal,
        }),
      ),
    select: (page) => page.items,
  });
