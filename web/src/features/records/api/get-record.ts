import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

export const recordQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.records, "one", id],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/records/{record_id}", { params: { path: { record_id: id } }, signal })),
  });
