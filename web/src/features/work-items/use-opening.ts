/** An item that is looked at is opened, once: who then says that it is not may leave it so. */
import { useEffect, useRef } from "react";
import type { WorkItem } from "@/api/types";
import { useMarkOpened } from "./api/mark-work-item";

/** Marks an item as opened when it is first seen, if only after the page is looked at again. */
export function useOpening({ id, is_opened: isOpened }: WorkItem): void {
  const { mutate } = useMarkOpened(id);
  const wasSeen = useRef(isOpened);
  useEffect(() => {
    const mark = () => {
      if (wasSeen.current || document.visibilityState !== "visible") return;
      wasSeen.current = true;
      mutate(true);
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [mutate]);
}
