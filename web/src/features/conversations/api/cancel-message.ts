import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

/** Takes back a text that has not left yet. */
export function useCancelMessage() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (message_id: string) =>
      answer(
        api.POST("/api/v1/messages/{message_id}/cancel", { params: { path: { message_id } } }),
      ),
    // also when it was too late: then the text is not what the page thinks it is
    onSettled: () => client.invalidateQueries({ queryKey: keys.conversations }),
  });
}
