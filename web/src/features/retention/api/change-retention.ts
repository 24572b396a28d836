import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { useMutation } from "@/api/mutation";
import type { OrganisationSettings } from "@/api/types";
import { settingsQuery } from "@/shared/organisation";

/** Says for how many days kinds of data are kept; those not named stay as they are. */
export function useChangeRetention() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (retention: OrganisationSettings["retention"]) =>
      answer(api.PATCH("/api/v1/organisation", { body: { retention } })),
    onSuccess: (settings) => client.setQueryData(settingsQuery.queryKey, settings),
  });
}
