import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.conversations, id, "one"],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/conversations/{conversation_id}", {
          params: { path: { conversation_id: id } },
          signal,
        }),
      ),
  });
