import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

/** The record that a token is good for. */
export const recordOfTokenQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.records, id, "embedded"],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/records/{record_id}", { params: { path: { record_id: id } }, signal })),
  });
