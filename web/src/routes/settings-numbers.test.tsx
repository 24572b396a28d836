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

test("the numbers say whose they are, which is a default, and how long their queue is", async () => {
  fakeApi(READER);
  openPage("/settings/numbers");
  await screen.findByText("Team Sellers");
  const rows = screen.getAllByRole("row").map((row) => row.textContent?.replaceAll("\u00a0", " "));
  expect(rows).toEqual([
    "NumberWhose it isQueue",
    "+1 202 555 0143long code · USMaya Okafor DefaultEmpty",
    "+1 202 555 0144long code · USTeam Sellers 240 texts, about 4 minutes",
    "+1 202 555 0145long code · USNobody Empty",
  ]);
  expect(screen.queryByRole("button", { name: /^Assign/ })).not.toBeInTheDocument();
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
