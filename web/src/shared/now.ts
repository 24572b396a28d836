/** What time it is, for components that say how long ago something was. */
import { useSyncExternalStore } from "react";

const EVERY_MS = 20_000;

let now = new Date();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  now = new Date();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, EVERY_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function current(): Date {
  // nobody was listening for a while: the kept instant is old
  if (timer === undefined && Date.now() - now.getTime() > EVERY_MS) now = new Date();
  return now;
}

/** Returns the present instant, freshened several times a minute by one clock for the whole page. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, current);
}
