import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import { deciding, useDecided } from "./use-decided";

/** Skips an item; the sequence goes on without it. */
export function useSkipWorkItem(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationKey: deciding(id),
    mutationFn: (reason: string) =>
      answer(
        api.POST("/api/v1/work-items/{work_item_id}/skip", {
          params: { path: { work_item_id: id } },
          body: { reason: reason || null },
        }),
      ),
    onSuccess: useDecided(),
    // a refusal means that the item is not what the page thinks it is
    onError: () => client.invalidateQueries({ queryKey: keys.workItems }),
  });
}
