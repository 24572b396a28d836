import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import type { WorkItem } from "@/api/types";
import { deciding, useDecided } from "./use-decided";

/** Approves a manual text as it now reads; `seen` says what the person read it with. */
export function useApproveWorkItem({ id, seen }: Pick<WorkItem, "id" | "seen">) {
  const client = useQueryClient();
  return useMutation({
    mutationKey: deciding(id),
    mutationFn: (text: string) =>
      answer(
        api.POST("/api/v1/work-items/{work_item_id}/approve", {
          params: { path: { work_item_id: id } },
          body: { text, seen },
        }),
      ),
    onSuccess: useDecided(),
    // a refusal means that the item is not what the page thinks it is
    onError: () => client.invalidateQueries({ queryKey: keys.workItems }),
  });
}
