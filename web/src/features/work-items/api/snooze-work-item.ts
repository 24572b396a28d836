import { answer, api } from "@/api/client";
import { useMutation } from "@/api/mutation";
import { useDecided } from "./use-decided";

/** Puts an item off until an instant; without one, brings back what was put off. */
export function useSnoozeWorkItem(id: string) {
  const params = { path: { work_item_id: id } };
  return useMutation({
    mutationFn: (until: Date | null) =>
      answer(
        until === null
          ? api.DELETE("/api/v1/work-items/{work_item_id}/snooze", { params })
          : api.POST("/api/v1/work-items/{work_item_id}/snooze", {
              params,
              body: { until: until.toISOString() },
            }),
      ),
    onSuccess: useDecided(),
  });
}
