import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

export const sequenceQuery = (key: string) =>
  queryOptions({
    queryKey: [...keys.sequences, "one", key],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/sequences/{key}", { params: { path: { key } }, signal })),
  });
