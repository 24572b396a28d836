/** What is kept for this tab. A browser that keeps nothing for a page in a frame keeps it until the page is left. */
const ofPage = new Map<string, string>();

export const storage = {
  get: (name: string): string | null =>
    ofPage.get(name) ?? attempt((kept) => kept.getItem(name), null),
  set: (name: string, text: string): void => {
    const isKept = attempt((kept) => {
      kept.setItem(name, text);
      return true;
    }, false);
    if (!isKept) ofPage.set(name, text);
  },
  remove: (name: string): void => {
    ofPage.delete(name);
    attempt((kept) => kept.removeItem(name), undefined);
  },
  names: (): string[] => [...ofPage.keys(), ...attempt((kept) => Object.keys(kept), [])],
};

function attempt<T>(keep: (kept: Storage) => T, otherwise: T): T {
  try {
    return keep(window.sessionStorage);
  } catch {
    return otherwise;
  }
}
