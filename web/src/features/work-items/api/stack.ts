import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { answer, api, newIdempotencyKey } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import type { Approval } from "./approve-work-item";
import { takeOut } from "./use-decided";

/** The texts of the same step as `like` that wait for an approval. */
export const stackQuery = (like: string) =>
  queryOptions({
    queryKey: [...keys.stacks, like],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/work-items/stack", { params: { query: { like } }, signal })),
  });

export interface StackApproval extends Approval {
  id: string;
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
    onSuccess: ({ results }) =>
      takeOut(client, results.filter(({ outcome }) => outcome === "leaving").map(({ id }) => id)),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.workItems });
      void client.invalidateQueries({ queryKey: keys.changes });
    },
  });
}

/** Takes approvals back that have not left. */
export function useUndoApprovals() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[]) =>
      answer(api.POST("/api/v1/work-items/approvals/undo", { body: { ids } })),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.workItems }),
  });
}
