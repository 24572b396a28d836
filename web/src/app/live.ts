/** How the page learns of changes: one stream of events, each of which says which answers are out of date. */
import type { QueryClient } from "@tanstack/react-query";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { keys } from "@/api/keys";
import { PASSING, tell } from "@/shared/live-events";

export type LiveState = "connecting" | "live" | "reconnecting";

const URL = "/api/v1/events";

/** Events come in bursts (many enrollments at once): what they outdate is read again once for all of them. */
const GATHER_MS = 150;

/** EventSource gives up on an answer that is no stream, such as a proxy's 502: then we open a new one. */
const REOPEN_MS = 3000;

/** A text to approve rests on what was said, on the record and on the enrollment: who reads one hears of it. */
const IN_HAND = [keys.workItem, keys.stacks];

const OUTDATED = {
  "message.changed": [keys.conversations, keys.counters, keys.inbox, keys.records, ...IN_HAND],
  "conversation.changed": [keys.conversations, keys.counters, keys.inbox],
  "conversation.read": [keys.conversations, keys.counters],
  "record.changed": [keys.records, keys.consent, keys.conversations, ...IN_HAND],
  "work_item.changed": [keys.workItems, keys.counters],
  "work_item.marked": [keys.workItems],
  "enrollment.changed": [keys.enrollments, keys.sequences, ...IN_HAND],
} as const;

const ALL = new Set(Object.values(OUTDATED).flat());

/** A stream of events: an EventSource, or what is like one. */
export interface EventStream extends EventTarget {
  readonly readyState: number;
  close: () => void;
}

const fromCookie = (): EventStream => new EventSource(URL);

/** Keeps the answers fresh while the component is shown, and returns how the connection is. */
export function useLive(open: () => EventStream = fromCookie): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  useEffect(() => listen(client, setState, open), [client, open]);
  return state;
}

function listen(
  client: QueryClient,
  report: (state: LiveState) => void,
  openStream: () => EventStream,
): () => void {
  let source: EventStream | undefined;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  const freshen = gatherer(client);

  const open = () => {
    source = openStream();
    source.addEventListener("open", () => {
      report("live");
      // what happened before was told to nobody
      for (const queryKey of ALL) void client.invalidateQueries({ queryKey });
    });
    source.addEventListener("error", () => {
      report("reconnecting");
      if (source?.readyState !== EventSource.CLOSED) return;
      // if the session has ended, asking for it leads to the sign-in page
      void client.invalidateQueries({ queryKey: keys.session });
      reopening = setTimeout(open, REOPEN_MS);
    });
    for (const [event, outdated] of Object.entries(OUTDATED)) {
      source.addEventListener(event, () => freshen.add(outdated));
    }
    for (const event of PASSING) {
      source.addEventListener(event, (passing) => tell(passing as MessageEvent<string>));
    }
  };
  open();
  return () => {
    source?.close();
    clearTimeout(reopening);
    freshen.stop();
  };
}

type Key = readonly string[];

function gatherer(client: QueryClient): { add: (outdated: readonly Key[]) => void; stop: () => void } {
  const gathered = new Set<Key>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    for (const queryKey of gathered) void client.invalidateQueries({ queryKey });
    gathered.clear();
  };
  return {
    add: (outdated) => {
      for (const key of outdated) gathered.add(key);
      timer ??= setTimeout(flush, GATHER_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
