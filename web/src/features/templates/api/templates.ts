import { infiniteQueryOptions, keepPreviousData, queryOptions, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import { allItems, pageAfter, paging } from "@/api/paging";
import type { RecordKind, Template } from "@/api/types";

/** The templates that fit what was typed: those in use, or the archived ones. */
export const templatesQuery = ({ q, archived }: { q: string; archived: boolean }) =>
  infiniteQueryOptions({
    queryKey: [...keys.templates, "list", { q, archived }],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/templates", {
          params: { query: { q: q || undefined, archived, ...pageAfter(pageParam, 50) } },
          signal,
        }),
      ),
    ...paging,
    select: allItems,
    placeholderData: keepPreviousData,
  });

export const templateQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.templates, "one", id],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/templates/{template_id}", { params: { path: { template_id: id } }, signal }),
      ),
  });

/** The fields that a text about a record of `kind` may name. */
export const placeholdersQuery = (kind: RecordKind | null) =>
  queryOptions({
    queryKey: [...keys.templates, "placeholders", kind],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/templates/placeholders", {
          params: { query: { kind: kind ?? undefined } },
          signal,
        }),
      ),
  });

export type Words = Pick<Template, "variants" | "default_language">;

/** What the newest records would be sent with these words, saved or not. */
export const previewQuery = (id: string, words: Words) =>
  queryOptions({
    queryKey: [...keys.templates, "preview", id, words],
    queryFn: ({ signal }) =>
      answer(
        api.POST("/api/v1/templates/{template_id}/preview", {
          params: { path: { template_id: id } },
          body: { ...words, record_ids: [], limit: 5, sample: 200, seller: "owner" },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

interface NewTemplate {
  name: string;
  record_kind: RecordKind | null;
  sharing: Template["sharing"];
  team_id: string | null;
  business_unit_id: string | null;
  default_language: string;
  text: string;
}

export function useAddTemplate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ text, ...of }: NewTemplate) =>
      answer(
        api.POST("/api/v1/templates", {
          body: { ...of, variants: { [of.default_language]: text } },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.templates }),
  });
}

export function useChangeTemplate(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Words | Pick<Template, "name" | "sharing" | "team_id" | "business_unit_id">) =>
      answer(
        api.PATCH("/api/v1/templates/{template_id}", { params: { path: { template_id: id } }, body }),
      ),
    onSuccess: (template) => {
      client.setQueryData(templateQuery(id).queryKey, template);
      return client.invalidateQueries({ queryKey: keys.templates });
    },
  });
}

/** Takes a template out of use, or puts it back. */
export function useArchiveTemplate(id: string) {
  const client = useQueryClient();
  const params = { path: { template_id: id } };
  return useMutation({
    mutationFn: (isArchived: boolean) =>
      answer(
        isArchived
          ? api.POST("/api/v1/templates/{template_id}/archive", { params })
          : api.POST("/api/v1/templates/{template_id}/restore", { params }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.templates }),
  });
}

/** Takes a template away that was never used. */
export function useDeleteTemplate(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      answer(api.DELETE("/api/v1/templates/{template_id}", { params: { path: { template_id: id } } })),
    onSuccess: () => {
      client.removeQueries({ queryKey: templateQuery(id).queryKey });
      return client.invalidateQueries({ queryKey: [...keys.templates, "list"] });
    },
  });
}
