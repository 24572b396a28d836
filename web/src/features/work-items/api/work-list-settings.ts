import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import type { WorkListSettings } from "@/api/types";

export const workListSettingsQuery = queryOptions({
  queryKey: [...keys.organisation, "work-list"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/work-list-settings", { signal })),
});

/** Sets for everybody what comes first, how many texts are approved at once and how long that can be undone. */
export function usePutWorkListSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Omit<WorkListSettings, "in_words">) =>
      answer(api.PUT("/api/v1/work-list-settings", { body })),
    onSuccess: (settings) => {
      client.setQueryData(workListSettingsQuery.queryKey, settings);
      return client.invalidateQueries({ queryKey: keys.workItems });
    },
  });
}
