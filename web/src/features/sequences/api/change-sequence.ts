import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";

export type SequenceChange = "publish" | "activate" | "deactivate";

/** Publishes the draft, or opens or closes the sequence for enrollments. */
export function useChangeSequence(key: string) {
  const client = useQueryClient();
  const params = { path: { key } };
  return useMutation({
    mutationFn: async (change: SequenceChange): Promise<void> => {
      switch (change) {
        case "publish":
          await answer(api.POST("/api/v1/sequences/{key}/publish", { params }));
          return;
        case "activate":
          await answer(api.POST("/api/v1/sequences/{key}/activate", { params }));
          return;
        case "deactivate":
          await answer(api.POST("/api/v1/sequences/{key}/deactivate", { params }));
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.sequences }),
  });
}
