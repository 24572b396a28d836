/** The addresses of work: what there is to do, for whom, and the sequences it comes from. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { EnrollmentStatus } from "@/api/types";
import {
  DECISIONS,
  DUES,
  GROUPS,
  SHOWS,
  SORTS,
  type WorkSearch,
} from "@/features/work-items/work-filters";
import { ENROLLMENT_STATUSES, RECORD_KINDS } from "@/shared/names";
import { oneOf, signedIn, word, type Search } from "./root";

const STATUSES: EnrollmentStatus[] = namesOf(ENROLLMENT_STATUSES);

function namesOf<T extends string>(table: Readonly<Record<T, unknown>>): T[] {
  return Object.keys(table) as T[];
}

const work = createRoute({
  getParentRoute: () => signedIn,
  path: "/work",
  validateSearch: (search: Search): WorkSearch & { item?: string } => ({
    item: word(search["item"]),
    assignee: oneOf(["me", "team", "any"], search["assignee"]),
    show: oneOf(namesOf(SHOWS), search["show"]),
    due: oneOf(namesOf(DUES), search["due"]),
    decided: oneOf(namesOf(DECISIONS), search["decided"]),
    sequence: word(search["sequence"]),
    record_kind: oneOf(namesOf(RECORD_KINDS), search["record_kind"]),
    unopened: oneOf(["1"], search["unopened"]),
    followed: oneOf(["1"], search["followed"]),
    q: word(search["q"]),
    sort: oneOf(namesOf(SORTS), search["sort"]),
    reversed: oneOf(["1"], search["reversed"]),
    group: oneOf(namesOf(GROUPS), search["group"]),
  }),
  component: lazyRouteComponent(() => import("@/routes/work"), "WorkPage"),
});

const stack = createRoute({
  getParentRoute: () => signedIn,
  path: "/work/stack",
  validateSearch: (search: Search): { like?: string } => ({ like: word(search["like"]) }),
  component: lazyRouteComponent(() => import("@/routes/stack"), "StackPage"),
});

const workSettings = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/work",
  component: lazyRouteComponent(() => import("@/routes/work-settings"), "WorkSettingsPage"),
});

const record = createRoute({
  getParentRoute: () => signedIn,
  path: "/records/$id",
  component: lazyRouteComponent(() => import("@/routes/record"), "RecordPage"),
});

const records = createRoute({
  getParentRoute: () => signedIn,
  path: "/records",
  validateSearch: (search: Search): { q?: string; owner?: "me" | "team" | "any" } => ({
    q: word(search["q"]),
    owner: oneOf(["me", "team", "any"], search["owner"]),
  }),
  component: lazyRouteComponent(() => import("@/routes/records"), "RecordsPage"),
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

export const workRoutes = [
  work,
  stack,
  workSettings,
  records,
  record,
  sequences,
  sequence,
] as const;
