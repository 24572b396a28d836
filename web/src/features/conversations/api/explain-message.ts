import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

/** Why a text went, waits, or did not go: as it was known at an instant, or with undefined as it is now. */
export const whyQuery = (message_id: string, at?: string) =>
  queryOptions({
    queryKey: [...keys.conversations, "why", message_id, { at }],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/messages/{message_id}/why", {
          params: { path: { message_id }, query: { at } },
          signal,
        }),
      ),
    select: ({ items }) => items,
    placeholderData: keepPreviousData,
  });
