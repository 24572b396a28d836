import { useQueryClient } from "@tanstack/react-query";
import { answer, api, needsSignIn } from "@/api/client";
import { useMutation } from "@/api/mutation";
import { forgetDrafts } from "@/shared/use-draft";

/** Signs out and forgets all that was read or typed. A session that is already gone is signed out, too. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      try {
        await answer(api.DELETE("/api/v1/session"));
      } catch (error) {
        if (!needsSignIn(error)) throw error;
      }
    },
    onSuccess: () => {
      forgetDrafts();
      client.clear();
    },
  });
}
