import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";

interface NumberChange {
  owner_user_id?: string | null;
  owner_team_id?: string | null;
  is_default?: boolean;
  per_second?: number;
  daily_cap?: number | null;
  brand?: string;
}

/** Gives a number to somebody, makes it the one its owner sends from, or changes how it sends. */
export function useChangeNumber(number_id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NumberChange) =>
      answer(api.PATCH("/api/v1/phone-numbers/{number_id}", { params: { path: { number_id } }, body })),
    // a new default takes the place of the old one; conversations tell from which number one writes
    onSuccess: () =>
      Promise.all(
        [keys.numbers, keys.conversations].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  });
}
