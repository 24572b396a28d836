import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import { deciding, useDecided } from "./use-decided";

/** A text to approve: as it reads, and the `seen` of the item as the person read it (use-reading.ts). */
export interface Approval {
  text: string;
  seen: string;
}

export function useApproveWorkItem(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationKey: deciding(id),
    mutationFn: (body: Approval) =>
      answer(
        api.POST("/api/v1/work-items/{work_item_id}/approve", {
          params: { path: { work_item_id: id } },
          body,
        }),
      ),
    onSuccess: useDecided(),
    // a refusal means that the item is not what the page thinks it is
    onError: () => {
      void client.invalidateQueries({ queryKey: keys.workItems });
      void client.invalidateQueries({ queryKey: keys.changes });
    },
  });
}
