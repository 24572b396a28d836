import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

/**
 * The conversation that the token opens, the one with the newest text. While nothing was said in any it is the one just
 * begun, and null without one.
 */
export const conversationOfRecordQuery = (begunId: string | undefined) =>
  queryOptions({
    queryKey: [...keys.conversations, "embedded", { begunId }],
    queryFn: async ({ signal }) => {
      const query = { limit: 1 };
      const page = await answer(api.GET("/api/v1/conversations", { params: { query }, signal }));
      if (page.items[0] || begunId === undefined) return page.items[0] ?? null;
      const path = { conversation_id: begunId };
      return answer(api.GET("/api/v1/conversations/{conversation_id}", { params: { path }, signal }));
    },
  });
