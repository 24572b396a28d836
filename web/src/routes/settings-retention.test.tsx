import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, problem } from "@/test/fake-api";
import { makeSession } from "@/test/makers";
import { accessibilityProblems, openPage } from "@/test/open-page";

const SETTINGS = "GET /api/v1/organisation";
const CHANGED = "PATCH /api/v1/organisation";

const KEPT = {
  id: "o-1",
  name: "Northwind",
  retention: { texts: null, alerts: 30, consent: 1825 },
  retention_rules: {
    texts: { default: null, least: 1 },
    alerts: { default: 365, least: 1 },
    consent: { default: 1825, least: 1825 },
  },
  retention_last_run: null,
};

const ADMINISTRATOR = {
  "GET /api/v1/session": () =>
    json(
      makeSession([
        { entity: "organisation", privilege: "read", level: "organisation" },
        { entity: "organisation", privilege: "write", level: "organisation" },
      ]),
    ),
  [SETTINGS]: () => json(KEPT),
};

test("every kind of data says how long it is kept, what goes then, and its default", async () => {
  fakeApi({ [SETTINGS]: () => json(KEPT) });
  openPage("/settings/retention");
  expect(await screen.findByRole("row", { name: /^Texts .* for ever as by default$/ })).toBeVisible();
  expect(screen.getByRole("row", { name: /^Alerts .* 30 days by default 1 year$/ })).toBeVisible();
  expect(screen.getByRole("row", { name: /^Proof of consent .*28 U\.S\.C\. 1658.* 5 years/ })).toBeVisible();
  // a seller reads it, and changes nothing
  expect(screen.queryByRole("button", { name: /^Change/ })).not.toBeInTheDocument();
  // the page itself takes the focus then, so that the keys scroll it
  expect(screen.getByRole("group", { name: "How long data are kept" })).toHaveAttribute("tabindex", "0");
  expect(await accessibilityProblems()).toEqual([]);
});

test("the page says when the last run was, and how much of each kind it let go", async () => {
  const run = {
    started_at: "2026-03-02T02:00:00Z",
    finished_at: "2026-03-02T02:01:00Z",
    gone: { alerts: 1200, consent: 0 },
  };
  fakeApi({ [SETTINGS]: () => json({ ...KEPT, retention_last_run: run }) });
  openPage("/settings/retention");
  expect(await screen.findByText(/^The last run ended/)).toHaveTextContent(/^The last run ended .*Mar.*\.$/);
  expect(screen.getByRole("columnheader", { name: "Gone in the last run" })).toBeVisible();
  expect(screen.getByRole("row", { name: /^Texts .* was kept for ever$/ })).toBeVisible();
  expect(screen.getByRole("row", { name: /^Alerts .* 1,200$/ })).toBeVisible();
  expect(screen.getByRole("row", { name: /^Proof of consent .* nothing$/ })).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
});

test("before the first run the page says that there was none", async () => {
  fakeApi({ [SETTINGS]: () => json(KEPT) });
  openPage("/settings/retention");
  expect(await screen.findByText("There was no run yet.")).toBeVisible();
  expect(screen.queryByRole("columnheader", { name: "Gone in the last run" })).not.toBeInTheDocument();
});

test("a run that is under way or was cut short is not called ended", async () => {
  const run = { started_at: "2026-03-02T02:00:00Z", finished_at: null, gone: { alerts: 3 } };
  fakeApi({ [SETTINGS]: () => json({ ...KEPT, retention_last_run: run }) });
  openPage("/settings/retention");
  expect(await screen.findByText(/^A run began/)).toHaveTextContent(/ .*Mar.* and has not ended yet\.$/);
  expect(screen.getByRole("row", { name: /^Alerts .* 3$/ })).toBeVisible();
});

test("an administrator has texts go after a while, once told that they do not come back", async () => {
  const asked = fakeApi({
    ...ADMINISTRATOR,
    [CHANGED]: () => json({ ...KEPT, retention: { ...KEPT.retention, texts: 730 } }),
  });
  const { person } = openPage("/settings/retention");
  await person.click(await screen.findByRole("button", { name: "Change how long is kept: Texts" }));
  await person.click(await screen.findByRole("checkbox", { name: "Keep it for ever" }));
  expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
  await person.type(screen.getByRole("textbox", { name: "Days to keep it" }), "730");
  expect(screen.getByText(/cannot be brought back/)).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
  await person.keyboard("{Enter}");
  await waitFor(() =>
    expect(asked.find(({ what }) => what === CHANGED)?.body).toEqual({ retention: { texts: 730 } }),
  );
  expect(await screen.findByText("2 years")).toBeVisible();
});

test("a period that is too short is refused with one that is not", async () => {
  fakeApi({
    ...ADMINISTRATOR,
    [CHANGED]: () => problem(422, "invalid-request", "consent: proof must outlive claims."),
  });
  const { person } = openPage("/settings/retention");
  await person.click(
    await screen.findByRole("button", { name: "Change how long is kept: Proof of consent" }),
  );
  const days = await screen.findByRole("textbox", { name: "Days to keep it" });
  expect(days).toHaveAccessibleDescription("At least 1825. By default: 5 years.");
  await person.clear(days);
  await person.type(days, "30{Enter}");
  expect(await screen.findByText("consent: proof must outlive claims.")).toBeVisible();
  expect(days).toHaveValue("30");
});

test("the periods show that they could not be loaded", async () => {
  fakeApi({ [SETTINGS]: () => problem(403, "missing-privilege", "You may not.") });
  openPage("/settings/retention");
  expect(await screen.findByText("Could not load the periods")).toBeVisible();
});
