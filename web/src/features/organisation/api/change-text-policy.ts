import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import type { TextRule } from "@/api/types";
import { textPolicyQuery } from "./get-text-policy";

/** Says how much rules matter, by their keys; null takes the organisation's own choice back. */
export function useChangeTextPolicy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Record<TextRule["key"], TextRule["severity"] | null>) =>
      answer(api.PATCH("/api/v1/text-policy", { body })),
    onSuccess: (policy) => {
      client.setQueryData(textPolicyQuery.queryKey, policy);
      // what a rule finds in words that are there already
      return Promise.all(
        [keys.templates, keys.sequences].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  });
}
