/** Who else writes in a conversation right now, and telling them that one does oneself. */
import { useEffect, useRef, useState } from "react";
import { api } from "@/api/client";
import { useLiveEvent } from "@/shared/live-events";
import { useSession } from "@/shared/session";

/** How long somebody is taken to write after the last word of it, and how often one says so. */
const FORGOTTEN_MS = 8000;
const SAID_AGAIN_MS = 3000;

interface Typing {
  id: string;
  user_id: string;
  name: string;
  is_typing: boolean;
}

/** Returns the name of a colleague who writes here, and what to call when one types, and when one has finished. */
export function useTyping(conversationId: string): {
  other: string | null;
  tell: () => void;
  finish: () => void;
} {
  const me = useSession().user.id;
  const [other, setOther] = useState<{ name: string; at: number } | null>(null);
  const toldAt = useRef(0);

  useLiveEvent("conversation.typing", (data) => {
    const { id, user_id, name, is_typing } = data as Typing;
    if (id === conversationId && user_id !== me) setOther(is_typing ? { name, at: Date.now() } : null);
  });
  useEffect(() => {
    if (other === null) return undefined;
    const timer = setTimeout(() => setOther(null), FORGOTTEN_MS);
    return () => clearTimeout(timer);
  }, [other]);

  const say = (is_typing: boolean) => {
    // only a courtesy: nothing is lost where it does not arrive
    api
      .POST("/api/v1/conversations/{conversation_id}/typing", {
        params: { path: { conversation_id: conversationId } },
        body: { is_typing },
      })
      .catch(() => undefined);
  };
  return {
    other: other?.name ?? null,
    tell: () => {
      if (Date.now() - toldAt.current < SAID_AGAIN_MS) return;
      toldAt.current = Date.now();
      say(true);
    },
    finish: () => {
      if (toldAt.current === 0) return;
      toldAt.current = 0;
      say(false);
    },
  };
}
