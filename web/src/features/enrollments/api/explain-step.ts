import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { whyQuery, type Explained } from "@/shared/why";

/** What became of a step of an enrollment, be it that it never came to a text. */
export function whyOfStep(enrollment_id: string, step_id: string): Explained {
  return {
    id: step_id,
    query: (at) =>
      whyQuery([...keys.enrollments, enrollment_id, "why", step_id, { at }], (signal) =>
        answer(
          api.GET("/api/v1/enrollments/{enrollment_id}/why", {
            params: { path: { enrollment_id }, query: { step_id, at } },
            signal,
          }),
        ),
      ),
  };
}
