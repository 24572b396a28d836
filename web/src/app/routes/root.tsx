/** The routes that every other stands under, and how what stands in an address is read. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { needsSignIn } from "@/api/client";
import { sessionQuery } from "@/shared/session";
import { NotFound, PageFailure } from "../fallbacks";
import { Frame } from "../frame";

export type Search = Record<string, unknown>;

export const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: PageFailure,
});

export const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Search): { next?: string; expired?: "1" } => ({
    next: ownPath(search["next"]),
    expired: oneOf(["1"], search["expired"]),
  }),
  component: lazyRouteComponent(() => import("@/routes/sign-in"), "SignInPage"),
});

export const signedIn = createRoute({
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

export const home = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/work" });
  },
});

/** Returns the text of a parameter; nothing where it is empty. */
export function word(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Returns the parameter where it is one of those we know. */
export function oneOf<const T extends string>(known: readonly T[], value: unknown): T | undefined {
  return known.find((one) => one === value);
}

/** Returns a path of this page, never another site's address: it may come from a link somebody made. */
function ownPath(value: unknown): string | undefined {
  const path = word(value);
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : undefined;
}
