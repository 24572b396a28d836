/** Files that are dragged onto a place, or pasted there. */
import { useState, type ClipboardEvent, type DragEvent } from "react";

/** Returns what the place needs to take files, and whether some are held above it now. */
export function useFileDrop(onFiles: (files: File[]) => void, { isLocked }: { isLocked: boolean }) {
  const [isOver, setOver] = useState(false);
  const handlers = {
    onDragOver: (event: DragEvent) => {
      if (isLocked || !event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      const isInside = event.currentTarget.contains(event.relatedTarget as Node | null);
      if (!isInside) setOver(false);
    },
    onDrop: (event: DragEvent) => {
      setOver(false);
      const files = [...event.dataTransfer.files];
      if (isLocked || files.length === 0) return;
      event.preventDefault();
      onFiles(files);
    },
    onPaste: (event: ClipboardEvent) => {
      // what an office program copies is words, and a picture of the words beside them
      if (isLocked || event.clipboardData.types.includes("text/plain")) return;
      const files = [...event.clipboardData.files];
      if (files.length === 0) return;
      event.preventDefault();
      onFiles(files);
    },
  };
  return { isOver, handlers };
}
