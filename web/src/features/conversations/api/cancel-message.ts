import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import type { Message } from "@/api/types";

/** Takes back a text that has not left yet; `onCancelled` is told which, also when nothing shows it any more. */
export function useCancelMessage(onCancelled?: (message: Message) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id }: Message) =>
      answer(
        api.POST("/api/v1/messages/{message_id}/cancel", { params: { path: { message_id: id } } }),
      ),
    onSuccess: (_, message) => onCancelled?.(message),
    // also when it was too late: then the text is not what the page thinks it is
    onSettled: () => client.invalidateQueries({ queryKey: keys.conversations }),
  });
}
