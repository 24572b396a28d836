import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { answer, api, newIdempotencyKey } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";

/** Writes something down about a record; trying again after a lost answer does not write it twice. */
export function useAddNote(recordId: string) {
  const client = useQueryClient();
  const attempt = useRef({ body: "", key: "" });
  return useMutation({
    mutationFn: (body: string) => {
      if (attempt.current.body !== body) attempt.current = { body, key: newIdempotencyKey() };
      return answer(
        api.POST("/api/v1/records/{record_id}/notes", {
          params: {
            path: { record_id: recordId },
            header: { "idempotency-key": attempt.current.key },
          },
          body: { body },
        }),
      );
    },
    onSuccess: () => {
      attempt.current = { body: "", key: "" };
      return client.invalidateQueries({ queryKey: keys.records });
    },
  });
}

/** Deletes a note. */
export function useDeleteNote() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (note_id: string) =>
      answer(api.DELETE("/api/v1/notes/{note_id}", { params: { path: { note_id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.records }),
  });
}
