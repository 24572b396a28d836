/** What the page is made of: the answers it keeps and the addresses it knows, and how a session that ended joins them. */
import type { RouterHistory } from "@tanstack/react-router";
import { createQueryClient } from "./query-client";
import { createAppRouter } from "./router";
import { keys } from "@/api/keys";

export function createApp(history?: RouterHistory) {
  const queryClient = createQueryClient(() => {
    // nobody was signed in here: the sign-in page, or the way to it
    const wasSignedIn = queryClient.getQueryData(keys.session) !== undefined;
    const { pathname, href } = router.state.location;
    if (!wasSignedIn || pathname === "/sign-in") return;
    void router.navigate({ to: "/sign-in", search: { next: href, expired: "1" } });
  });
  const router = createAppRouter(queryClient, history);
  return { queryClient, router };
}
