import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useParallelMutation } from "@/api/mutation";

/** Says that somebody of ours has seen the newest texts. */
export function useMarkRead() {
  const client = useQueryClient();
  return useParallelMutation({
    mutationFn: (conversationId: string) =>
      answer(
        api.POST("/api/v1/conversations/{conversation_id}/read", {
          params: { path: { conversation_id: conversationId } },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.conversations }),
  });
}
