/** Choosing some of the texts of a conversation: a mode, begun by a button or the key x and ended by Escape. */
import { useState } from "react";
import { useShortcuts } from "@/shared/shortcuts";

interface ChoiceOptions {
  isOffered: boolean;
  onEnd: () => void;
}

/** Returns which texts are chosen, null while none are being chosen, and how to change that. */
export function useChoice({ isOffered, onEnd }: ChoiceOptions) {
  const [ids, setIds] = useState<ReadonlySet<string> | null>(null);
  const end = () => {
    if (ids === null) return;
    setIds(null);
    onEnd();
  };
  const toggleMode = () => (ids === null ? setIds(new Set()) : end());
  useShortcuts(isOffered ? [{ key: "x", label: "Choose texts", run: toggleMode }] : []);
  return {
    ids,
    toggleMode,
    end,
    toggle: (id: string) =>
      setIds((former) => {
        const others = new Set(former);
        if (!others.delete(id)) others.add(id);
        return others;
      }),
  };
}
