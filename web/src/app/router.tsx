/** Which address shows which page. Pages are loaded when they are first opened. */
import type { QueryClient } from "@tanstack/react-query";
import { createRouter, type RouterHistory } from "@tanstack/react-router";
import { PageFailure, PagePending } from "./fallbacks";
import { conversationRoutes } from "./routes/conversations";
import { home, root, signedIn, signIn } from "./routes/root";
import { settingsRoutes } from "./routes/settings";
import { workRoutes } from "./routes/work";

const routeTree = root.addChildren([
  signIn,
  signedIn.addChildren([home, ...workRoutes, ...conversationRoutes, ...settingsRoutes]),
]);

export function createAppRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    context: { queryClient },
    ...(history && { history }),
    defaultPendingComponent: PagePending,
    defaultErrorComponent: PageFailure,
    // plain parameters, so that a number one searches for stays text
    parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
    stringifySearch: (search) => {
      const filled = Object.entries(search).filter(([, value]) => value !== undefined);
      const query = new URLSearchParams(filled.map(([key, value]) => [key, String(value)]));
      return filled.length > 0 ? `?${query}` : "";
    },
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
