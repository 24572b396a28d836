/** Where the focus goes when what had it is gone, or when something new appears that one is to do. */

/** The ref of what takes the focus when it appears; outside of components, so that it is not called at each change. */
export function focusOnce(element: HTMLElement | null): void {
  element?.focus();
}
