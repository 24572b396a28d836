/** The keys that do something by themselves, wherever one is on a page but in a field. */
import { useHotkeys, useLocalStorage } from "@mantine/hooks";
import { useEffect, useId } from "react";

export interface Shortcut {
  /** A character such as "j" or "?", or "shift+a". */
  key: string;
  /** What it does, as the list of shortcuts says it. */
  label: string;
  run: () => void;
}

/** What the parts of the page that are shown now have registered. */
const registered = new Map<string, readonly Shortcut[]>();

/** Returns the shortcuts that work now. */
export function listShortcuts(): Shortcut[] {
  return [...registered.values()].flat();
}

/** Returns whether the person wants such keys, and how to change it: who dictates may not (WCAG 2.1.4). */
export function useShortcutSwitch() {
  return useLocalStorage({ key: "touchline-shortcuts", defaultValue: true, getInitialValueInEffect: false });
}

/** Has keys act while the component is shown: not where one types or chooses by letters, behind a dialog or in a menu, nor if they are switched off. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const [isOn] = useShortcutSwitch();
  const id = useId();
  useEffect(() => {
    registered.set(id, shortcuts);
  });
  useEffect(() => () => void registered.delete(id), [id]);
  useHotkeys(
    (isOn ? shortcuts : []).flatMap(({ key, run }) =>
      chordsOf(key).map((chord): [string, (event: KeyboardEvent) => void, { preventDefault: false }] => [
        chord,
        (event) => {
          if (isElsewhere(event.target)) return;
          event.preventDefault();
          run();
        },
        { preventDefault: false },
      ]),
    ),
    // which fields they are not for, is said below
    [],
  );
}

/** A sign is typed with Shift on some keyboards and without on others. */
function chordsOf(key: string): string[] {
  return /^[^\p{L}\p{N}]$/u.test(key) ? [key, `shift+${key}`] : [key];
}

/** Where a letter means something else; a box to tick knows none. */
const ELSEWHERE =
  "input:not([type=checkbox]):not([type=radio]), textarea, select, [role=dialog], [role=menu]";

function isElsewhere(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(ELSEWHERE) !== null;
}
