import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import type { RecordKind } from "@/api/types";

/** Imports a CSV file. Its good rows are kept; the same file again adds nothing. */
export function useImportRecords() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ file, kind }: { file: File; kind: RecordKind }) =>
      answer(
        api.POST("/api/v1/records/import", {
          // the generated type of an uploaded file is string: the form below carries the file itself
          body: { file: file.name, kind },
          bodySerializer: () => {
            const form = new FormData();
            form.set("file", file);
            form.set("kind", kind);
            return form;
          },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.records }),
  });
}
