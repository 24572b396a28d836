/** An item that is looked at is opened, once: who then says that it is not may leave it so. */
import { useEffect, useRef, type RefObject } from "react";
import type { WorkItem } from "@/api/types";
import { useMarkOpened } from "./api/mark-work-item";

/**
 * Marks an item as opened when it is first seen, if only after the page is looked at again.
 *
 * Returns the ref of what shows it: on a phone the list may stand in its place, and below others it is out of sight.
 */
export function useOpening({ id, is_opened: isOpened }: WorkItem): RefObject<HTMLDivElement | null> {
  const { mutate } = useMarkOpened(id);
  const shown = useRef<HTMLDivElement>(null);
  const wasSeen = useRef(isOpened);
  useEffect(() => {
    let isInView = false;
    const mark = () => {
      if (wasSeen.current || !isInView || document.visibilityState !== "visible") return;
      wasSeen.current = true;
      mutate(true);
    };
    const observer = new IntersectionObserver((entries) => {
      isInView = entries.at(-1)?.isIntersecting ?? false;
      mark();
    });
    if (shown.current) observer.observe(shown.current);
    document.addEventListener("visibilitychange", mark);
    return () => {
      observer.disconnect();
      document.removeEventListener("visibilitychange", mark);
    };
  }, [mutate]);
  return shown;
}
