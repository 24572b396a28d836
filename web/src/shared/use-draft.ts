/** Text that is being typed, kept through errors, a new sign-in and going elsewhere, until it is used. */
import { useCallback, useState } from "react";
import { storage } from "./storage";

const PREFIX = "touchline-draft:";

/** Returns the text kept under `name`, or `initial`; changing it keeps it, clearing it starts again from `initial`. */
export function useDraft(
  name: string,
  initial: string,
): { text: string; change: (text: string) => void; clear: () => void } {
  const [typed, setTyped] = useState(() => ({ name, text: storage.get(PREFIX + name) }));
  const kept = typed.name === name ? typed.text : storage.get(PREFIX + name);

  const change = useCallback(
    (text: string) => {
      storage.set(PREFIX + name, text);
      setTyped({ name, text });
    },
    [name],
  );
  const clear = useCallback(() => {
    storage.remove(PREFIX + name);
    setTyped({ name, text: null });
  }, [name]);

  return { text: kept ?? initial, change, clear };
}

/** Forgets every draft: whoever signs in next in this tab must not find them. */
export function forgetDrafts(): void {
  for (const key of storage.names()) {
    if (key.startsWith(PREFIX)) storage.remove(key);
  }
}
