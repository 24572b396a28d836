/** What goes with a text besides its words: handed in at once, and kept with the draft until the text is sent. */
import { useIsMutating } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { sentenceOf } from "@/api/client";
import { useDraft } from "@/shared/use-draft";
import { uploads, useUploadMedium } from "./api/upload-medium";
import { fileSize } from "./media-words";

export interface Attachment {
  sha256: string;
  name: string;
  size: number;
}

/** What one text can carry, as domain/media.py says it. How large a file may be by its type, the API knows. */
const MOST = 10;
const MOST_BYTES = 5_000_000;

export const LIMITS =
  `Up to ${MOST} pictures or files with a text, ${MOST_BYTES / 1e6} MB together; ` +
  "what is no JPEG, PNG or GIF, up to 500 KB.";

export interface Attachments {
  items: Attachment[];
  /** Why files were not taken, a sentence for each. */
  refusals: string[];
  /** How many files are on their way. */
  pending: number;
  /** Why these cannot go with one text; null if they can. */
  problem: string | null;
  add: (files: readonly File[]) => void;
  remove: (sha256: string) => void;
  /** Puts these in the place of what is there. */
  put: (items: Attachment[]) => void;
}

/** Returns what is to go with the next text of a conversation. */
export function useAttachments(conversationId: string): Attachments {
  const { text, change, clear } = useDraft(`media:${conversationId}`, "[]");
  const [items, setItems] = useState(() => JSON.parse(text) as Attachment[]);
  const [refusals, setRefusals] = useState<string[]>([]);
  const pending = useIsMutating({ mutationKey: uploads(conversationId) });
  const refuse = (file: File, why: string) =>
    setRefusals((former) => [...former, `${file.name} was not attached. ${why}`]);
  const upload = useUploadMedium(conversationId, {
    onSuccess: ({ sha256, size }, { name }) =>
      setItems((former) => [...without(former, sha256), { sha256, name, size }]),
    onError: (error, file) => refuse(file, sentenceOf(error)),
  });
  useEffect(() => {
    if (items.length === 0) clear();
    else change(JSON.stringify(items));
  }, [items, change, clear]);
  return {
    items,
    refusals,
    pending,
    problem: problemOf(items),
    add: (files) => {
      setRefusals([]);
      for (const file of files) {
        if (file.size > MOST_BYTES) refuse(file, `It has ${fileSize(file.size)}. ${LIMITS}`);
        else upload.mutate(file);
      }
    },
    remove: (sha256) => setItems((former) => without(former, sha256)),
    put: (others) => {
      setItems(others);
      setRefusals([]);
    },
  };
}

function without(items: Attachment[], sha256: string): Attachment[] {
  return items.filter((item) => item.sha256 !== sha256);
}

function problemOf(items: readonly Attachment[]): string | null {
  const bytes = items.reduce((sum, { size }) => sum + size, 0);
  if (items.length <= MOST && bytes <= MOST_BYTES) return null;
  return `These are ${items.length} with ${fileSize(bytes)}. ${LIMITS}`;
}
