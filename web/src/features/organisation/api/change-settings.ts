import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import type { OrganisationChanges } from "@/api/types";
import { settingsQuery } from "@/shared/organisation";

/** Changes what is decided for the whole organisation; what is not named stays as it is. */
export function useChangeSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: OrganisationChanges) => answer(api.PATCH("/api/v1/organisation", { body })),
    onSuccess: (settings) => {
      client.setQueryData(settingsQuery.queryKey, settings);
      // it says the hours in which texts go out
      return client.invalidateQueries({ queryKey: keys.session });
    },
  });
}
