import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import type { Enrollment } from "@/api/types";

export type Steering = "pause" | "resume" | "disconnect";

/** Pauses, resumes or ends an enrollment. */
export function useSteerEnrollment(id: string) {
  const client = useQueryClient();
  const params = { path: { enrollment_id: id } };
  return useMutation({
    mutationFn: (steering: Steering): Promise<Enrollment> => {
      switch (steering) {
        case "pause":
          return answer(api.POST("/api/v1/enrollments/{enrollment_id}/pause", { params }));
        case "resume":
          return answer(api.POST("/api/v1/enrollments/{enrollment_id}/resume", { params }));
        case "disconnect":
          return answer(api.POST("/api/v1/enrollments/{enrollment_id}/disconnect", { params }));
      }
    },
    onSettled: () =>
      Promise.all(
        [keys.enrollments, keys.sequences].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  });
}
