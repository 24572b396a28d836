import { infiniteQueryOptions, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { answer, api, newIdempotencyKey } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import { allItems, pageAfter, paging } from "@/api/paging";
import type { NewConsentEntry, OrganisationSettings } from "@/api/types";

/** The ledger, the youngest entry first: of one number, or all that one may see. */
export const entriesQuery = (number: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [...keys.consent, "entries", number],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/consent/entries", {
          params: { query: { number, ...pageAfter(pageParam, 50) } },
          signal,
        }),
      ),
    ...paging,
    select: allItems,
  });

/** The withdrawals in force; `q` is a part of the number. */
export const withdrawalsQuery = (q: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [...keys.consent, "withdrawals", q],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/consent/withdrawals", {
          params: { query: { q, ...pageAfter(pageParam, 50) } },
          signal,
        }),
      ),
    ...paging,
    select: (data) => data.pages.flatMap((page) => page.items),
  });

/** The texts that a withdrawal kept here. */
export const blockedQuery = (number: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [...keys.consent, "blocked", number],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/consent/blocked", {
          params: { query: { number, ...pageAfter(pageParam, 50) } },
          signal,
        }),
      ),
    ...paging,
    select: (data) => data.pages.flatMap((page) => page.items),
  });

/** Records what a customer said elsewhere; the same again after a lost answer is recorded once. */
export function useAddEntry() {
  const client = useQueryClient();
  const attempt = useRef({ what: "", key: "" });
  return useMutation({
    mutationFn: (body: NewConsentEntry) => {
      const what = JSON.stringify(body);
      if (attempt.current.what !== what) attempt.current = { what, key: newIdempotencyKey() };
      const header = { "idempotency-key": attempt.current.key };
      return answer(api.POST("/api/v1/consent/entries", { params: { header }, body }));
    },
    onSuccess: () =>
      Promise.all(
        [keys.consent, keys.records, keys.conversations].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
}

/** Brings in numbers not to be texted. Good rows are kept; the same file again adds nothing. */
export function useImportWithdrawals() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (file: File) =>
      answer(
        api.POST("/api/v1/consent/withdrawals/import", {
          // the generated type of an uploaded file is string: the form below carries the file itself
          body: { file: file.name, source: "import" },
          bodySerializer: () => {
            const form = new FormData();
            form.set("file", file);
            return form;
          },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.consent }),
  });
}

export function useChangeScope() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (withdrawal_scope: OrganisationSettings["withdrawal_scope"]) =>
      answer(api.PATCH("/api/v1/organisation", { body: { withdrawal_scope } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.organisation }),
  });
}
