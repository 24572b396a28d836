/** The addresses of conversations, and of what finds them. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { oneOf, signedIn, word, type Search } from "./root";

const conversations = createRoute({
  getParentRoute: () => signedIn,
  path: "/conversations",
  validateSearch: (search: Search): { unread?: "1"; unassigned?: "1" } => ({
    unread: oneOf(["1"], search["unread"]),
    unassigned: oneOf(["1"], search["unassigned"]),
  }),
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
  validateSearch: (search: Search): { at?: string; why?: string } => ({
    at: word(search["at"]),
    why: word(search["why"]),
  }),
  component: lazyRouteComponent(() => import("@/routes/conversations"), "ChosenConversation"),
});

const search = createRoute({
  getParentRoute: () => signedIn,
  path: "/search",
  validateSearch: (asked: Search): { q?: string } => ({ q: word(asked["q"]) }),
  component: lazyRouteComponent(() => import("@/routes/search"), "SearchPage"),
});

export const conversationRoutes = [
  conversations.addChildren([noConversation, conversation]),
  search,
] as const;
