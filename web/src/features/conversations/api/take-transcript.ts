import { answer, api } from "@/api/client";
import { useMutation } from "@/api/mutation";

export type TranscriptFormat = "pdf" | "html" | "txt" | "csv" | "json";

export interface Taken {
  file: Blob;
  /** Of what was said: the same in every format. */
  contentHash: string | null;
}

interface Asked {
  format: TranscriptFormat;
  zone: string;
  /** Of a record: with what hangs on it. */
  family?: boolean;
}

/** Takes a conversation, or all that was said about a record, along as a file. */
export function useTakeTranscript(of: "conversations" | "records", id: string) {
  return useMutation({
    mutationFn: async (query: Asked): Promise<Taken> => {
      const pending =
        of === "records"
          ? api.GET("/api/v1/records/{record_id}/transcript", {
              params: { path: { record_id: id }, query },
              parseAs: "blob",
            })
          : api.GET("/api/v1/conversations/{conversation_id}/transcript", {
              params: { path: { conversation_id: id }, query },
              parseAs: "blob",
            });
      const file = await answer(pending);
      const { response } = await pending;
      return { file, contentHash: response.headers.get("X-Content-Hash") };
    },
  });
}
