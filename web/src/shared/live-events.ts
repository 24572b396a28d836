/** How a part of the page hears of what passes and is not kept, such as that somebody is typing. */
import { useEffect, useEffectEvent } from "react";

/** The events that outdate no answer. */
export const PASSING = ["conversation.typing"] as const;

const heard = new EventTarget();

/** Tells an event of the stream to whoever listens. */
export function tell(event: MessageEvent<string>): void {
  heard.dispatchEvent(new MessageEvent(event.type, { data: event.data }));
}

/** Calls `hear` with the data of every event of this name while the component is shown. */
export function useLiveEvent(name: (typeof PASSING)[number], hear: (data: unknown) => void): void {
  const onEvent = useEffectEvent((event: Event) => hear(JSON.parse((event as MessageEvent<string>).data)));
  useEffect(() => {
    heard.addEventListener(name, onEvent);
    return () => heard.removeEventListener(name, onEvent);
  }, [name]);
}
