/** Which address shows which page. Pages are loaded when they are first opened. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  type RouterHistory,
} from "@tanstack/react-router";
import { needsSignIn } from "@/api/client";
import type { EnrollmentStatus } from "@/api/types";
import { ENROLLMENT_STATUSES } from "@/shared/names";
import { sessionQuery } from "@/shared/session";
import { Frame } from "./frame";
import { NotFound, PageFailure, PagePending } from "./fallbacks";

type Search = Record<string, unknown>;

const STATUSES = Object.keys(ENROLLMENT_STATUSES) as EnrollmentStatus[];

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: PageFailure,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Search): { next?: string; expired?: "1" } => ({
    next: ownPath(search["next"]),
    expired: oneOf(["1"], search["expired"]),
  }),
  component: lazyRouteComponent(() => import("@/routes/sign-in"), "SignInPage"),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
      if (!needsSignIn(error)) throw error;
      throw redirect({ to: "/sign-in", search: { next: location.href } });
    }
  },
  component: Frame,
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/work" });
  },
});

const work = createRoute({
  getParentRoute: () => signedIn,
  path: "/work",
  validateSearch: (search: Search): { item?: string; assignee?: "me" | "any" } => ({
    item: word(search["item"]),
    assignee: oneOf(["me", "any"], search["assignee"]),
  }),
  component: lazyRouteComponent(() => import("@/routes/work"), "WorkPage"),
});

const conversations = createRoute({
  getParentRoute: () => signedIn,
  path: "/conversations",
  validateSearch: (search: Search): { unread?: "1" } => ({ unread: oneOf(["1"], search["unread"]) }),
  component: lazyRouteComponent(() => import("@/routes/conversations"), "ConversationsPage"),
});

const noConversation = createRoute({
  getParentRoute: () => conversations,
  path: "/",
  component: lazyRouteComponent(() => import("@/routes/conversations"), "NoConversation"),
});

const conversation = createRoute({
  getParentRoute: () => conversations,
  path: "/$id",
  component: lazyRouteComponent(() => import("@/routes/conversations"), "ChosenConversation"),
});

const sequences = createRoute({
  getParentRoute: () => signedIn,
  path: "/sequences",
  component: lazyRouteComponent(() => import("@/routes/sequences"), "SequencesPage"),
});

const sequence = createRoute({
  getParentRoute: () => signedIn,
  path: "/sequences/$key",
  validateSearch: (search: Search): { status?: EnrollmentStatus; enrollment?: string } => ({
    status: oneOf(STATUSES, search["status"]),
    enrollment: word(search["enrollment"]),
  }),
  component: lazyRouteComponent(() => import("@/routes/sequence"), "SequencePage"),
});

const records = createRoute({
  getParentRoute: () => signedIn,
  path: "/records",
  validateSearch: (search: Search): { q?: string } => ({ q: word(search["q"]) }),
  component: lazyRouteComponent(() => import("@/routes/records"), "RecordsPage"),
});

const routeTree = root.addChildren([
  signIn,
  signedIn.addChildren([
    home,
    work,
    conversations.addChildren([noConversation, conversation]),
    sequences,
    sequence,
    records,
  ]),
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

function word(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function oneOf<const T extends string>(known: readonly T[], value: unknown): T | undefined {
  return known.find((one) => one === value);
}

/** Returns a path of this page, never another site's address: it may come from a link somebody made. */
function ownPath(value: unknown): string | undefined {
  const path = word(value);
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : undefined;
}
