/** How a list that arrives page by page is read as one list. */
import type { InfiniteData } from "@tanstack/react-query";

export interface Page<T> {
  items: T[];
  next: string | null;
}

export const paging = {
  initialPageParam: null as string | null,
  getNextPageParam: (page: Page<unknown>) => page.next,
};

/** Returns the items of all pages read so far, in order, each once. */
export function allItems<T extends { id: string }>(data: InfiniteData<Page<T>>): T[] {
  // rows arrive while one reads, so that the same one may end one page and begin the next
  const byId = new Map(data.pages.flatMap((page) => page.items.map((item) => [item.id, item])));
  return [...byId.values()];
}

/** Returns the query parameters that ask for the page after `after`. */
export function pageAfter(after: string | null, limit: number): { limit: number; after?: string } {
  return { limit, after: after ?? undefined };
}

/** Reads a list to its end: one that people choose from, not one that grows with every text. */
export async function everyPage<T>(
  read: (query: { limit: number; after?: string }) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = [];
  let after: string | null = null;
  do {
    const page: Page<T> = await read(pageAfter(after, 200));
    items.push(...page.items);
    after = page.next;
  } while (after !== null);
  return items;
}
