/** What a person has read of a text they are to approve: it rests on that, whatever has changed on the page meanwhile. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Change, WorkItemInHand } from "@/api/types";
import { changesQuery } from "./api/get-work-item";

export interface Reading {
  /** The word of the item as the person read it, which goes back with the approval. */
  seen: string;
  /** The text as it is offered: filled in anew once something has changed. */
  text: string;
  /** What the person has yet to read. */
  changes: readonly Change[];
  /** Says that they have read it; undefined while there is nothing to read. */
  takeNotice: (() => void) | undefined;
}

/**
 * Keeps the item as it was when the component was first shown, until the person takes notice of what has changed.
 *
 * They take notice of what they were told: what changes after that is told next.
 */
export function useReading(item: WorkItemInHand): Reading {
  const [read, setRead] = useState(item);
  const isOther = item.seen !== read.seen;
  const { data } = useQuery({ ...changesQuery(item.id, read.seen), enabled: isOther });
  const now = isOther ? data : undefined;
  return {
    seen: read.seen,
    text: (now ?? read).text ?? "",
    changes: now?.changes ?? [],
    takeNotice: now && (() => setRead(now)),
  };
}
