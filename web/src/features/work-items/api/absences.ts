import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { answer, api, newIdempotencyKey } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";

const queryKey = [...keys.users, "absences"];

/** Who is away now or will be. */
export const absencesQuery = queryOptions({
  queryKey,
  queryFn: ({ signal }) => answer(api.GET("/api/v1/absences", { signal })),
  select: (list) => list.items,
});

export interface NewAbsence {
  user_id?: string;
  cover_user_id?: string;
  starts_at: string;
  ends_at: string;
}

/** Notes that somebody is away. */
export function useAddAbsence() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewAbsence) =>
      answer(
        api.POST("/api/v1/absences", {
          params: { header: { "idempotency-key": newIdempotencyKey() } },
          body,
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
}

/** Takes an absence back. */
export function useRemoveAbsence() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (absence_id: string) =>
      answer(api.DELETE("/api/v1/absences/{absence_id}", { params: { path: { absence_id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
}
