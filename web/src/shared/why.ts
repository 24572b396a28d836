/** What is asked for where a person wants to know why something went, waits, or did not go. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Why } from "@/api/types";

/** What the reasons are of. */
export interface Explained {
  id: string;
  /** The reasons as they were known at an instant, or with undefined as they are now. */
  query: (at: string | undefined) => ReturnType<typeof whyQuery>;
}

export const whyQuery = (queryKey: readonly unknown[], ask: (signal: AbortSignal) => Promise<Why>) =>
  queryOptions({
    queryKey,
    queryFn: ({ signal }) => ask(signal),
    select: ({ items }) => items,
    placeholderData: keepPreviousData,
  });

/** Why a text went, waits, or did not go. */
export function whyOfMessage(message_id: string): Explained {
  return {
    id: message_id,
    query: (at) =>
      whyQuery([...keys.conversations, "why", message_id, { at }], (signal) =>
        answer(
          api.GET("/api/v1/messages/{message_id}/why", {
            params: { path: { message_id }, query: { at } },
            signal,
          }),
        ),
      ),
  };
}
