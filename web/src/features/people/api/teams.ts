import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";

interface TeamValues {
  name: string;
  business_unit_id: string;
  member_ids: string[];
}

/** Makes a team, or changes the one that is named. */
export function useSaveTeam(id: string | undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: TeamValues) =>
      answer(
        id === undefined
          ? api.POST("/api/v1/teams", { body })
          : api.PATCH("/api/v1/teams/{team_id}", { params: { path: { team_id: id } }, body }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.teams }),
  });
}

export function useDeleteTeam(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      answer(api.DELETE("/api/v1/teams/{team_id}", { params: { path: { team_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.teams }),
  });
}
