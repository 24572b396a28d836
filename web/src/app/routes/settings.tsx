/** The addresses of what is set up for everybody. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { oneOf, signedIn, word, type Search } from "./root";

const templates = createRoute({
  getParentRoute: () => signedIn,
  path: "/templates",
  validateSearch: (search: Search): { q?: string; archived?: "1" } => ({
    q: word(search["q"]),
    archived: oneOf(["1"], search["archived"]),
  }),
  component: lazyRouteComponent(() => import("@/routes/templates"), "TemplatesPage"),
});

const template = createRoute({
  getParentRoute: () => signedIn,
  path: "/templates/$id",
  component: lazyRouteComponent(() => import("@/routes/template"), "TemplatePage"),
});

const consent = createRoute({
  getParentRoute: () => signedIn,
  path: "/consent",
  validateSearch: (
    search: Search,
  ): { number?: string; tab?: "withdrawals" | "ledger" | "blocked" | "setting" } => ({
    number: word(search["number"]),
    tab: oneOf(["withdrawals", "ledger", "blocked", "setting"], search["tab"]),
  }),
  component: lazyRouteComponent(() => import("@/routes/consent"), "ConsentPage"),
});

const people = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/people",
  validateSearch: (search: Search): { tab?: "teams" | "units" | "roles"; role?: string } => ({
    tab: oneOf(["teams", "units", "roles"], search["tab"]),
    role: word(search["role"]),
  }),
  component: lazyRouteComponent(() => import("@/routes/settings-people"), "PeoplePage"),
});

const embed = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/embed",
  component: lazyRouteComponent(() => import("@/routes/settings-embed"), "EmbedSettingsPage"),
});

const organisation = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/organisation",
  component: lazyRouteComponent(() => import("@/routes/settings-organisation"), "OrganisationPage"),
});

const numbers = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/numbers",
  component: lazyRouteComponent(() => import("@/routes/settings-numbers"), "NumbersPage"),
});

const retention = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/retention",
  component: lazyRouteComponent(() => import("@/routes/settings-retention"), "RetentionPage"),
});

const personalData = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/personal-data",
  validateSearch: (search: Search): { number?: string; record?: string } => ({
    number: word(search["number"]),
    record: word(search["record"]),
  }),
  component: lazyRouteComponent(() => import("@/routes/settings-personal-data"), "PersonalDataPage"),
});

export const settingsRoutes = [
  templates,
  template,
  consent,
  people,
  embed,
  organisation,
  numbers,
  retention,
  personalData,
] as const;
