import { answer, api } from "@/api/client";
import { useParallelMutation } from "@/api/mutation";
import type { Medium } from "@/api/types";

/** Hands in files to go with a text of a conversation, one after the other; each by a `mutate` of its own. */
export function useUploadMedium(
  conversationId: string,
  told: {
    onSuccess: (medium: Medium, file: File) => void;
    onError: (error: Error, file: File) => void;
  },
) {
  return useParallelMutation({
    mutationKey: uploads(conversationId),
    scope: { id: `media of ${conversationId}` },
    mutationFn: (file: File) =>
      answer(
        api.POST("/api/v1/media", {
          // the generated type of the bytes is string: what is sent is the file itself
          body: file.name,
          bodySerializer: () => file,
          headers: { "Content-Type": "application/octet-stream" },
        }),
      ),
    ...told,
  });
}

/** The name of what is on its way, to count it. */
export const uploads = (conversationId: string) => ["media", conversationId];
