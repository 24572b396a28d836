import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api, newIdempotencyKey } from "@/api/client";
import { keys } from "@/api/keys";

/** The texts of the same step as `like` that wait for an approval. */
export const stackQuery = (like: string) =>
  queryOptions({
    queryKey: [...keys.workItems, "stack", like],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/work-items/stack", { params: { query: { like } }, signal })),
  });

export interface StackApproval {
  id: string;
  text: string;
  seen: string;
}

/** Approves texts to leave together in some seconds. */
export function useApproveStack() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (items: StackApproval[]) =>
      answer(
        api.POST("/api/v1/work-items/approvals", {
          params: { header: { "idempotency-key": newIdempotencyKey() } },
          body: { items },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: keys.workItems }),
  });
}

/** Takes approvals back that have not left. */
export function useUndoApprovals() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[]) =>
      answer(api.POST("/api/v1/work-items/approvals/undo", { body: { ids } })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.workItems }),
  });
}
