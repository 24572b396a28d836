import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

/** What was done last for a record, what is to be done now, and what comes next. */
export const upNextQuery = (recordId: string) =>
  queryOptions({
    // under the work items, whose every change may move it
    queryKey: [...keys.workItems, "up-next", recordId],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/records/{record_id}/up-next", {
          params: { path: { record_id: recordId } },
          signal,
        }),
      ),
  });
