import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import { useDecided } from "./use-decided";

interface HandOver {
  user_id?: string;
  team_id?: string;
  note: string;
}

/** Lets a colleague or a team do it. */
export function useHandOverWorkItem(id: string) {
  return useMutation({
    mutationFn: ({ note, ...to }: HandOver) =>
      answer(
        api.POST("/api/v1/work-items/{work_item_id}/hand-over", {
          params: { path: { work_item_id: id } },
          body: { ...to, note: note || null },
        }),
      ),
    onSuccess: useDecided(),
  });
}

/** The colleagues one may hand something to. */
export const colleaguesQuery = queryOptions({
  queryKey: [...keys.users, "colleagues"],
  queryFn: ({ signal }) =>
    answer(api.GET("/api/v1/users", { params: { query: { limit: 200 } }, signal })),
  select: (page) => page.items.filter((user) => user.is_active),
});

/** The teams one may hand something to. */
export const teamsQuery = queryOptions({
  queryKey: [...keys.teams, "colleagues"],
  queryFn: ({ signal }) =>
    answer(api.GET("/api/v1/teams", { params: { query: { limit: 200 } }, signal })),
  select: (page) => page.items,
});
