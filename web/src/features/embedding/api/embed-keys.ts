import { infiniteQueryOptions, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import { allItems, pageAfter, paging } from "@/api/paging";

export const embedKeysQuery = infiniteQueryOptions({
  queryKey: keys.embedKeys,
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/embed-keys", { params: { query: pageAfter(pageParam, 50) }, signal })),
  ...paging,
  select: allItems,
});

/** Makes a key; the answer has the secret, this once. */
export function useAddEmbedKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; allowed_origins: string[] }) =>
      answer(api.POST("/api/v1/embed-keys", { body })),
    // the secret is gone from the page with what shows it
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.embedKeys }),
  });
}

export function useChangeEmbedKey(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { name?: string; allowed_origins?: string[]; is_active?: boolean }) =>
      answer(api.PATCH("/api/v1/embed-keys/{key_id}", { params: { path: { key_id: id } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.embedKeys }),
  });
}
