import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";

export function useAddUnit() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; parent_id: string }) =>
      answer(api.POST("/api/v1/business-units", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.units }),
  });
}

/** Renames a unit, or makes it part of another. */
export function useChangeUnit(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; parent_id?: string }) =>
      answer(
        api.PATCH("/api/v1/business-units/{unit_id}", { params: { path: { unit_id: id } }, body }),
      ),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.units }),
        // users are shown with the name of their unit
        client.invalidateQueries({ queryKey: keys.users }),
      ]),
  });
}

export function useDeleteUnit(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      answer(api.DELETE("/api/v1/business-units/{unit_id}", { params: { path: { unit_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.units }),
  });
}
