import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

/** Why a text went, waits, or did not go, as it is known now. */
export const whyQuery = (message_id: string) =>
  queryOptions({
    queryKey: [...keys.conversations, "why", message_id],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/messages/{message_id}/why", { params: { path: { message_id } }, signal }),
      ),
    select: ({ items }) => items,
  });
