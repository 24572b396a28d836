/** The page in a frame of another system: its look, its tokens, and what is said when there are none. */
import { Alert, MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { sentenceOf } from "@/api/client";
import { createQueryClient } from "@/app/query-client";
import { cssVariables, theme } from "@/app/theme";
import { Empty } from "@/shared/view";
import { EmbeddedConversation } from "./embedded-conversation";
import type { Host } from "./host";
import { applyTheme } from "./theme";
import classes from "./embedded-page.module.css";

export function EmbeddedPage({ host }: { host: Host }): ReactNode {
  const { theme: asked, scheme } = useSyncExternalStore(host.subscribe, () => host.state);
  useEffect(() => applyTheme(document.documentElement, asked), [asked]);
  useEscape(host);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      {...(scheme && { forceColorScheme: scheme })}
    >
      <main id="page" className={classes.page}>
        {host.isAlone ? (
          <Empty title="Nothing to show here">
            This page belongs into a form of another system, which opens it for one customer.
          </Empty>
        ) : (
          <SignedIn host={host} />
        )}
        <section id="dialogs" />
      </main>
    </MantineProvider>
  );
}

/** What was written stays in its place when the token has ended: the note stands above it. */
function SignedIn({ host }: { host: Host }): ReactNode {
  const [trouble, setTrouble] = useState<string>();
  const [client] = useState(() => createQueryClient((error) => setTrouble(sentenceOf(error))));
  useEffect(
    () =>
      host.onToken(() => {
        setTrouble(undefined);
        void client.refetchQueries({ predicate: ({ state }) => state.status === "error" });
      }),
    [host, client],
  );
  return (
    <QueryClientProvider client={client}>
      {trouble !== undefined && (
        <Alert color="red" role="alert" radius={0} title="These texts cannot be opened right now">
          {trouble}
        </Alert>
      )}
      <EmbeddedConversation host={host} />
    </QueryClientProvider>
  );
}

/** Esc closes the frame, unless it closes something in it. */
function useEscape(host: Host): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || document.querySelector(OPEN) !== null) return;
      host.say({ type: "close" });
    };
    // before anything in the page closes by it
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, [host]);
}

const OPEN = "[role=dialog], [role=menu], [role=listbox], [aria-expanded=true]";
