import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, never, page, problem } from "@/test/fake-api";
import { BEN, makeSession, MAYA } from "@/test/makers";
import { makeNumber } from "@/test/makers-settings";
import { accessibilityProblems, openPage } from "@/test/open-page";

const NUMBERS = "GET /api/v1/phone-numbers";
const CHANGED = "PATCH /api/v1/phone-numbers/n-1";

const MAYAS = makeNumber();
const TEAMS = makeNumber({
  id: "n-2",
  e164: "+12025550144",
  owner_user_id: null,
  owner_team_id: "team-1",
  is_default: false,
  per_second: 1.5,
  daily_cap: 2000,
  brand: "Harbour",
  waiting: 240,
  drains_in_seconds: 240,
});
const NOBODYS = makeNumber({ id: "n-3", e164: "+12025550145", owner_user_id: null, is_default: false });

const READER = {
  [NUMBERS]: () => page([MAYAS, TEAMS, NOBODYS]),
  "GET /api/v1/users": () => page([{ ...MAYA, is_active: true }, { ...BEN, is_active: true }]),
  "GET /api/v1/teams": () =>
    page([{ id: "team-1", name: "Sellers", business_unit_id: "b-1", members: [MAYA] }]),
};

const MANAGER = {
  ...READER,
  "GET /api/v1/session": () =>
    json(
      makeSession([
        { entity: "phone_number", privilege: "write", level: "organisation" },
        { entity: "phone_number", privilege: "assign", level: "organisation" },
      ]),
    ),
};

test("the numbers say whose they are, which is a default, how they send, and how long their queue is", async () => {
  fakeApi(READER);
  openPage("/settings/numbers");
  await screen.findByText("Team Sellers");
  const rows = screen.getAllByRole("row").map((row) => row.textContent?.replaceAll("\u00a0", " "));
  expect(rows).toEqual([
    "NumberWhose it isSegmentsQueue",
    "+1 202 555 0143long code · USMaya Okafor Default1 a secondEmpty",
    "+1 202 555 0144long code · USTeam Sellers 1.5 a second, 2,000 a dayHarbour240 texts, about 4 minutes",
    "+1 202 555 0145long code · USNobody 1 a secondEmpty",
  ]);
  expect(screen.queryByRole("button", { name: /^(Assign|Change)/ })).not.toBeInTheDocument();
  // nothing in it takes the focus: the page itself does, and the keys scroll it
  expect(screen.getByRole("group", { name: "Phone numbers" })).toHaveAttribute("tabindex", "0");
  expect(await accessibilityProblems()).toEqual([]);
});

test("a number is given to somebody else by keyboard, and is their default if that is said", async () => {
  const asked = fakeApi({ ...MANAGER, [CHANGED]: () => json({ ...MAYAS, owner_user_id: BEN.id }) });
  const { person } = openPage("/settings/numbers");
  const assign = await screen.findByRole("button", { name: /^Assign .*0143$/ });
  assign.focus();
  await person.keyboard("{Enter}");
  const dialog = await screen.findByRole("dialog", { name: /^Assign .*0143$/ });
  const owner = await within(dialog).findByRole("combobox", { name: "Whose it is" });
  expect(owner).toHaveValue("user:u-maya");
  expect(within(dialog).getByRole("button", { name: "Save" })).toBeDisabled();
  await person.selectOptions(owner, "Ben Halloran");
  const isDefault = within(dialog).getByRole("checkbox", { name: "They send from it by default" });
  expect(isDefault).not.toBeChecked();
  await person.click(isDefault);
  expect(await accessibilityProblems()).toEqual([]);
  within(dialog).getByRole("button", { name: "Save" }).focus();
  await person.keyboard("{Enter}");
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  expect(asked.find(({ what }) => what === CHANGED)?.body).toEqual({
    owner_user_id: "u-ben",
    owner_team_id: null,
    is_default: true,
  });
  await waitFor(() => expect(assign).toHaveFocus());
});

test("a number is given to a team, of which it is no default", async () => {
  const asked = fakeApi({ ...MANAGER, [CHANGED]: () => json(TEAMS) });
  const { person } = openPage("/settings/numbers");
  await person.click(await screen.findByRole("button", { name: /^Assign .*0143$/ }));
  await person.selectOptions(await screen.findByRole("combobox", { name: "Whose it is" }), "Sellers");
  expect(screen.queryByRole("checkbox", { name: "They send from it by default" })).not.toBeInTheDocument();
  await person.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(asked.find(({ what }) => what === CHANGED)?.body).toEqual({
      owner_user_id: null,
      owner_team_id: "team-1",
    }),
  );
});

test("a number's pace, daily cap and brand are changed by keyboard, and what is not one is told at once", async () => {
  const asked = fakeApi({ ...MANAGER, [CHANGED]: () => json(MAYAS) });
  const { person } = openPage("/settings/numbers");
  const change = await screen.findByRole("button", { name: /^Change .*0143$/ });
  change.focus();
  await person.keyboard("{Enter}");
  const dialog = await screen.findByRole("dialog", { name: /^Change .*0143$/ });
  const pace = within(dialog).getByRole("textbox", { name: "Segments a second" });
  const cap = within(dialog).getByRole("textbox", { name: "Segments a day" });
  const save = within(dialog).getByRole("button", { name: "Save" });
  expect(save).toBeDisabled();
  for (const [field, wrong, told] of [
    [pace, "0", /Write a number above 0, up to 1,000/],
    [pace, "0.0001", /Write a number above 0/],
    [cap, "0", /Write a whole number from 1 to 10,000,000, or nothing/],
    [cap, "1.5", /Write a whole number/],
  ] as const) {
    await person.clear(field);
    await person.type(field, wrong);
    expect(field).toHaveAccessibleDescription(told);
    expect(save).toBeDisabled();
  }
  expect(await accessibilityProblems()).toEqual([]);
  await person.clear(pace);
  await person.type(pace, "2.5");
  await person.clear(cap);
  await person.type(cap, "2000");
  await person.type(within(dialog).getByRole("textbox", { name: "Brand" }), " Harbour {Enter}");
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  expect(asked.find(({ what }) => what === CHANGED)?.body).toEqual({
    per_second: 2.5,
    daily_cap: 2000,
    brand: "Harbour",
  });
  await waitFor(() => expect(change).toHaveFocus());
});

test("a daily cap is taken back, and what the API refuses stands at its field", async () => {
  const asked = fakeApi({
    ...MANAGER,
    [NUMBERS]: () => page([{ ...MAYAS, daily_cap: 2000 }]),
    [CHANGED]: () =>
      problem(422, "invalid-request", "Not that.", { errors: [{ path: "daily_cap", message: "It needs one." }] }),
  });
  const { person } = openPage("/settings/numbers");
  await person.click(await screen.findByRole("button", { name: /^Change .*0143$/ }));
  const cap = await screen.findByRole("textbox", { name: "Segments a day" });
  await person.clear(cap);
  await person.keyboard("{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("The number was not changed");
  expect(asked.find(({ what }) => what === CHANGED)?.body).toEqual({ daily_cap: null });
  expect(cap).toHaveAccessibleDescription(/It needs one\./);
});

test("a refusal is told, and what was chosen stays", async () => {
  fakeApi({
    ...MANAGER,
    [CHANGED]: () =>
      problem(422, "invalid-request", "There is no such user.", {
        errors: [{ path: "owner_user_id", message: "There is no such user." }],
      }),
  });
  const { person } = openPage("/settings/numbers");
  await person.click(await screen.findByRole("button", { name: /^Assign .*0143$/ }));
  const owner = await screen.findByRole("combobox", { name: "Whose it is" });
  await person.selectOptions(owner, "Ben Halloran");
  await person.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("The number was not changed");
  expect(owner).toHaveAccessibleDescription(/There is no such user\./);
  expect(owner).toHaveValue("user:u-ben");
});

test.each([
  ["loading", never, "status", "Loading the numbers"],
  ["empty", () => page([]), "heading", "No numbers yet"],
] as const)("the numbers show that they are %s", async (_state, handler, role, name) => {
  fakeApi({ ...READER, [NUMBERS]: handler });
  openPage("/settings/numbers");
  expect(await screen.findByRole(role, { name })).toBeVisible();
});

test("the numbers show that they could not be loaded", async () => {
  fakeApi({ ...READER, [NUMBERS]: () => problem(403, "missing-privilege", "You may not.") });
  openPage("/settings/numbers");
  expect(await screen.findByText("Could not load the numbers")).toBeVisible();
});

test("the menu leads those who may change numbers to them", async () => {
  fakeApi(MANAGER);
  const { person, address } = openPage("/settings/numbers");
  await person.click(await screen.findByRole("button", { name: "Signed in as Maya Okafor" }));
  expect(await screen.findByRole("menuitem", { name: "Phone numbers" })).toBeVisible();
  expect(address()).toBe("/settings/numbers");
});
