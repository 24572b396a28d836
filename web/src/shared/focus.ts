/** Where the focus goes when what had it is gone, or when something new appears that one is to do. */
import { useEffect, useRef, type RefObject } from "react";

/** The ref of what takes the focus when it appears; outside of components, so that it is not called at each change. */
export function focusOnce(element: HTMLElement | null): void {
  element?.focus();
}

/** Gives the focus to `element` if it is nowhere: never takes it from where a person has gone meanwhile. */
export function takeLostFocus(element: HTMLElement | null | undefined): void {
  const { activeElement } = document;
  const isLost = activeElement === null || activeElement === document.body || activeElement.matches(":disabled");
  // what is looked at stays in sight
  if (isLost) element?.focus({ preventScroll: true });
}

/** Returns the ref of what has the focus, if it is lost, once something else that may have had it is no longer shown. */
export function useFocusAfter<T extends HTMLElement>(isShown: boolean): RefObject<T | null> {
  const element = useRef<T>(null);
  const wasShown = useRef(isShown);
  useEffect(() => {
    if (wasShown.current && !isShown) takeLostFocus(element.current);
    wasShown.current = isShown;
  }, [isShown]);
  return element;
}
