import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { useMutation } from "@/api/mutation";
import { sessionQuery } from "@/shared/session";

/** Signs in; what a former person's page had read is forgotten. */
export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string; password: string }) =>
      answer(api.POST("/api/v1/session", { body })),
    onSuccess: ({ token, ...session }) => {
      void token; // the cookie signs the page in
      client.clear();
      client.setQueryData(sessionQuery.queryKey, session);
    },
  });
}
