import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

/** The rules for the words of texts, and how much each matters here. */
export const textPolicyQuery = queryOptions({
  queryKey: [...keys.organisation, "text-policy"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/text-policy", { signal })),
});
