import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import { deciding, useDecided } from "./use-decided";

/** Says whether the customer withdrew consent by what they wrote. */
export function useAnswerConsentQuestion(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationKey: deciding(id),
    mutationFn: (withdrawn: boolean) =>
      answer(
        api.POST("/api/v1/work-items/{work_item_id}/answer-consent", {
          params: { path: { work_item_id: id } },
          body: { withdrawn },
        }),
      ),
    onSuccess: useDecided(),
    // a refusal means that the item is not what the page thinks it is
    onError: () => client.invalidateQueries({ queryKey: keys.workItems }),
  });
}
