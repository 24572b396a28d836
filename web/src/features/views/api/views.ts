import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { answer, api, newIdempotencyKey } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";

export type ListName = "work_items" | "records" | "conversations" | "enrollments";

/** One's own views of a list, and those shared with everybody. */
export const viewsQuery = (list: ListName) =>
  queryOptions({
    queryKey: [...keys.views, list],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/views", { params: { query: { list } }, signal })),
    select: (views) => views.items,
  });

interface NewView {
  list: ListName;
  name: string;
  query: Record<string, string>;
  is_shared: boolean;
}

/** Keeps how a list is looked at under a name. */
export function useAddView() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewView) =>
      answer(
        api.POST("/api/v1/views", {
          params: { header: { "idempotency-key": newIdempotencyKey() } },
          body,
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.views }),
  });
}

/** Keeps another look at the list under the view's name. */
export function useChangeView() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, query }: { id: string; query: Record<string, string> }) =>
      answer(
        api.PATCH("/api/v1/views/{view_id}", { params: { path: { view_id: id } }, body: { query } }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.views }),
  });
}

/** Forgets a view. */
export function useDeleteView() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (view_id: string) =>
      answer(api.DELETE("/api/v1/views/{view_id}", { params: { path: { view_id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.views }),
  });
}
