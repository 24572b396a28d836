import { answer, api } from "@/api/client";
import { useMutation } from "@/api/mutation";

/** Changes the password of whoever is signed in, who is signed out everywhere else. */
export function useChangePassword() {
  return useMutation({
    mutationFn: (body: { current_password: string; new_password: string }) =>
      answer(api.PUT("/api/v1/session/password", { body })),
    // the passwords are gone from the page with what they were typed in
    gcTime: 0,
  });
}
