/** Changing a record from its page, and making it inactive: web/src/features/records/record-actions.tsx. */
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Grant, TouchlineRecord } from "@/api/types";
import { fakeApi, json, page, problem } from "@/test/fake-api";
import { BEN, makeConversation, makeRecord, makeSession, MAYA } from "@/test/makers";
import { makeUpNext } from "@/test/makers-work";
import { accessibilityProblems, openPage } from "@/test/open-page";

const CHANGED = "PATCH /api/v1/records/r-ada";
const DELETED = "DELETE /api/v1/records/r-ada";

const SALES = { id: "team-1", name: "Sellers", business_unit_id: "b-1", members: [MAYA, BEN] };
const NORTH = { ...SALES, id: "team-2", name: "North", members: [BEN] };

const ALL: Grant[] = (["write", "delete", "assign"] as const).map((privilege) => ({
  entity: "record",
  privilege,
  level: "organisation",
}));

function recordPage(record: TouchlineRecord = makeRecord(), privileges: Grant[] = ALL) {
  return {
    "GET /api/v1/session": () =>
      json(makeSession([...privileges, { entity: "team", privilege: "read", level: "organisation" }])),
    "GET /api/v1/records/r-ada": () => json(record),
    "GET /api/v1/records/r-ada/up-next": () => json(makeUpNext()),
    "GET /api/v1/records/r-ada/thread": () => page([]),
    "GET /api/v1/conversations": () => page([makeConversation()]),
    "GET /api/v1/users": () => page([{ ...MAYA, is_active: true }, { ...BEN, is_active: true }]),
    "GET /api/v1/teams": () => page([SALES, NORTH]),
  };
}

async function openDialog(person: ReturnType<typeof openPage>["person"]): Promise<HTMLElement> {
  const change = await screen.findByRole("button", { name: "Change" });
  change.focus();
  await person.keyboard("{Enter}");
  const dialog = await screen.findByRole("dialog", { name: "Change Ada Moreno" });
  await within(dialog).findByRole("combobox", { name: "Whose it is" });
  return dialog;
}

test("a record is changed by keyboard, and only what was changed is sent", async () => {
  const asked = fakeApi({ ...recordPage(makeRecord({ language: "en" })), [CHANGED]: () => json(makeRecord()) });
  const { person } = openPage("/records/r-ada");
  const dialog = await openDialog(person);
  expect(within(dialog).getByRole("button", { name: "Save" })).toBeDisabled();
  const zone = within(dialog).getByRole("textbox", { name: "Time zone" });
  expect(zone).toHaveValue("America/New_York");
  await person.clear(zone);
  await person.type(zone, "America/Chicago");
  await person.clear(within(dialog).getByRole("textbox", { name: "Language" }));
  await person.clear(within(dialog).getByRole("textbox", { name: "Last name" }));
  expect(await accessibilityProblems()).toEqual([]);
  await person.type(within(dialog).getByRole("textbox", { name: "Phone number" }), "9{Enter}");
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  expect(asked.find(({ what }) => what === CHANGED)?.body).toEqual({
    phone: "+120255501019",
    timezone: "America/Chicago",
    // taken away
    language: null,
    last_name: "",
  });
  await waitFor(() => expect(screen.getByRole("button", { name: "Change" })).toHaveFocus());
});

test("a record is given to a team, and who is in charge is one of it", async () => {
  const asked = fakeApi({ ...recordPage(), [CHANGED]: () => json(makeRecord()) });
  const { person } = openPage("/records/r-ada");
  const dialog = await openDialog(person);
  const whose = within(dialog).getByRole("combobox", { name: "Whose it is" });
  expect(within(whose).getAllByRole("option").map((option) => option.textContent)).toEqual([
    "Mine",
    "Ben Halloran",
  ]);
  await person.selectOptions(await within(dialog).findByRole("combobox", { name: "Team" }), "North");
  // the reader is none of that team: somebody else must be chosen
  const charge = within(dialog).getByRole("combobox", { name: "Who is in charge" });
  expect(charge).toHaveDisplayValue("Choose a member of the team");
  expect(within(dialog).getByRole("button", { name: "Save" })).toBeDisabled();
  expect(await accessibilityProblems()).toEqual([]);
  await person.selectOptions(charge, "Ben Halloran");
  await person.click(within(dialog).getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(asked.find(({ what }) => what === CHANGED)?.body).toEqual({
      owner_user_id: "u-ben",
      owner_team_id: "team-2",
    }),
  );
});

test("a team's record becomes a person's again", async () => {
  const asked = fakeApi({
    ...recordPage(makeRecord({ owner_team_id: "team-1" })),
    [CHANGED]: () => json(makeRecord()),
  });
  const { person } = openPage("/records/r-ada");
  await person.click(await screen.findByRole("button", { name: "Change" }));
  const team = await screen.findByRole("combobox", { name: "Team" });
  expect(team).toHaveDisplayValue("Sellers");
  await person.selectOptions(team, "No team");
  await person.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(asked.find(({ what }) => what === CHANGED)?.body).toEqual({ owner_team_id: null }),
  );
});

test("what the API refuses stands at its field, and what was typed stays", async () => {
  const message = "There is no such time zone: write one like Europe/Berlin.";
  fakeApi({
    ...recordPage(),
    [CHANGED]: () =>
      problem(422, "invalid-request", message, { errors: [{ path: "timezone", message }] }),
  });
  const { person } = openPage("/records/r-ada");
  const dialog = await openDialog(person);
  const zone = within(dialog).getByRole("textbox", { name: "Time zone" });
  await person.clear(zone);
  await person.type(zone, "Mars{Enter}");
  expect(await within(dialog).findByText("The record was not changed")).toBeVisible();
  expect(zone).toHaveAccessibleDescription(`${message} Such as America/New_York`);
  expect(zone).toHaveValue("Mars");
});

test("a record cannot lose its first name", async () => {
  fakeApi(recordPage());
  const { person } = openPage("/records/r-ada");
  const dialog = await openDialog(person);
  await person.clear(within(dialog).getByRole("textbox", { name: "First name" }));
  expect(within(dialog).getByRole("button", { name: "Save" })).toBeDisabled();
});

test("colleagues who could not be loaded are told, and the rest is changed all the same", async () => {
  fakeApi({ ...recordPage(), "GET /api/v1/users": () => problem(503, "busy", "Try again.") });
  const { person } = openPage("/records/r-ada");
  await person.click(await screen.findByRole("button", { name: "Change" }));
  expect(await screen.findByText("Could not load your colleagues")).toBeVisible();
  await person.type(screen.getByRole("textbox", { name: "Region" }), "Ohio");
  expect(screen.getByRole("button", { name: "Save" })).toBeEnabled();
});

test("a record is made inactive once one has confirmed it, and a refusal is told", async () => {
  const handlers = {
    ...recordPage(),
    [DELETED]: () => problem(403, "missing-privilege", "Your roles do not let you delete this record."),
  };
  const asked = fakeApi(handlers);
  const { person } = openPage("/records/r-ada");
  await person.click(await screen.findByRole("button", { name: "Deactivate Ada Moreno" }));
  const dialog = await screen.findByRole("dialog", { name: "Deactivate Ada Moreno?" });
  expect(asked.some(({ what }) => what === DELETED)).toBe(false);
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(within(dialog).getByRole("button", { name: "Deactivate" }));
  expect(await within(dialog).findByText(/Your roles do not let you/)).toBeVisible();

  handlers[DELETED] = () => new Response(null, { status: 204 });
  handlers["GET /api/v1/records/r-ada"] = () => json(makeRecord({ status: "inactive" }));
  await person.click(within(dialog).getByRole("button", { name: "Deactivate" }));
  expect(await screen.findByText("Inactive")).toBeVisible();
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  expect(screen.queryByRole("button", { name: "Deactivate Ada Moreno" })).not.toBeInTheDocument();
});

test("an inactive record is made active again, and a refusal is told", async () => {
  const handlers = {
    ...recordPage(makeRecord({ status: "inactive" })),
    [CHANGED]: () => problem(409, "erased", "The person was erased: add them anew."),
  };
  const asked = fakeApi(handlers);
  const { person } = openPage("/records/r-ada");
  await person.click(await screen.findByRole("button", { name: "Make active" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("The person was erased: add them anew.");
  expect(await accessibilityProblems()).toEqual([]);

  handlers[CHANGED] = () => json(makeRecord());
  handlers["GET /api/v1/records/r-ada"] = () => json(makeRecord());
  await person.click(screen.getByRole("button", { name: "Make active" }));
  expect(await screen.findByRole("button", { name: "Deactivate Ada Moreno" })).toBeVisible();
  expect(screen.queryByRole("button", { name: "Make active" })).not.toBeInTheDocument();
  expect(asked.filter(({ what }) => what === CHANGED).map(({ body }) => body)).toEqual([
    { status: "active" },
    { status: "active" },
  ]);
});

const OWN: Grant[] = ALL.filter(({ privilege }) => privilege !== "assign").map((one) => ({
  ...one,
  level: "user",
}));

test.each([
  ["changes the own record, and gives it to nobody", OWN, makeRecord(), true],
  ["changes no colleague's", OWN, makeRecord({ owner: BEN }), false],
  ["changes nothing without the privilege", [], makeRecord(), false],
])("a salesperson %s", async (_what, privileges, record, may) => {
  fakeApi(recordPage(record, privileges));
  const { person } = openPage("/records/r-ada");
  await screen.findByRole("heading", { name: /^Ada Moreno/ });
  expect(screen.queryByRole("button", { name: "Change" }) !== null).toBe(may);
  expect(screen.queryByRole("button", { name: "Deactivate Ada Moreno" }) !== null).toBe(may);
  if (!may) return;
  await person.click(screen.getByRole("button", { name: "Change" }));
  expect(await screen.findByRole("textbox", { name: "First name" })).toBeVisible();
  expect(screen.queryByRole("combobox", { name: "Whose it is" })).not.toBeInTheDocument();
});
