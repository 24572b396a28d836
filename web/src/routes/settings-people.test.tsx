import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, page, problem } from "@/test/fake-api";
import { BEN, makeSession, MAYA } from "@/test/makers";
import { accessibilityProblems, clickTwice, openPage } from "@/test/open-page";

const SELLER = { id: "role-1", name: "Salesperson", shipped: "salesperson" };
const LEAD = { id: "role-2", name: "Team lead", shipped: null };
const READ_RECORDS = { entity: "record", privilege: "read", level: "user" } as const;
const { user: BARE } = makeSession();

const NORTH = { id: "b-2", name: "North", parent_id: "b-1" };
const SELLERS = { id: "team-1", name: "Sellers", business_unit_id: "b-1", members: [MAYA] };

const ADMINISTRATOR = {
  "GET /api/v1/session": () =>
    json(
      makeSession([
        { entity: "user", privilege: "create", level: "organisation" },
        { entity: "user", privilege: "write", level: "organisation" },
        { entity: "user", privilege: "assign", level: "organisation" },
        ...(["team", "business_unit"] as const).flatMap((entity) =>
          (["create", "write", "delete"] as const).map((privilege) => ({
            entity,
            privilege,
            level: "organisation" as const,
          })),
        ),
        { entity: "role", privilege: "create", level: "organisation" },
        { entity: "role", privilege: "write", level: "organisation" },
        { entity: "role", privilege: "delete", level: "organisation" },
      ]),
    ),
  "GET /api/v1/users": () => page([BARE]),
  "GET /api/v1/business-units": () => page([NORTH, { ...BARE.business_unit, parent_id: null }]),
  "GET /api/v1/teams": () => page([SELLERS]),
  "GET /api/v1/roles": () =>
    page([
      { ...SELLER, privileges: [READ_RECORDS] },
      { ...LEAD, privileges: [READ_RECORDS] },
    ]),
};

test("somebody is added with a first password, a unit and a role", async () => {
  const added = "POST /api/v1/users";
  const asked = fakeApi({ ...ADMINISTRATOR, [added]: () => json(BARE, 201) });
  const { person } = openPage("/settings/people");
  await person.click(await screen.findByRole("button", { name: "New user" }));
  expect(await screen.findByRole("textbox", { name: "First name" })).toHaveFocus();
  await person.keyboard("Ben{Tab}Halloran{Tab}ben@example.com{Tab}short");
  expect(screen.getByRole("button", { name: "Add" })).toBeDisabled();
  await person.keyboard(" but long enough");
  await person.selectOptions(screen.getByRole("combobox", { name: "Business unit" }), "b-2");
  await person.click(screen.getByRole("checkbox", { name: "Salesperson" }));
  expect(await accessibilityProblems()).toEqual([]);
  clickTwice(screen.getByRole("button", { name: "Add" }));
  await waitFor(() =>
    expect(asked.find(({ what }) => what === added)?.body).toEqual({
      first_name: "Ben",
      last_name: "Halloran",
      email: "ben@example.com",
      password: "short but long enough",
      business_unit_id: "b-2",
      role_ids: ["role-1"],
    }),
  );
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  expect(asked.filter(({ what }) => what === added)).toHaveLength(1);
});

test("an address that is taken is told, and what was typed stays", async () => {
  fakeApi({
    ...ADMINISTRATOR,
    "POST /api/v1/users": () => problem(409, "taken", "Somebody has this e-mail address already."),
  });
  const { person } = openPage("/settings/people");
  await person.click(await screen.findByRole("button", { name: "New user" }));
  await screen.findByRole("textbox", { name: "First name" });
  await person.keyboard("Ben{Tab}Halloran{Tab}ben@example.com{Tab}long enough{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("Somebody has this e-mail address already.");
  expect(screen.getByRole("textbox", { name: "E-mail address" })).toHaveValue("ben@example.com");
});

test("a user is renamed, moved, given a second role, and kept from signing in", async () => {
  const changed = "PATCH /api/v1/users/u-maya";
  const asked = fakeApi({ ...ADMINISTRATOR, [changed]: () => json(BARE) });
  const { person } = openPage("/settings/people");
  await person.click(await screen.findByRole("button", { name: "Change Maya Okafor" }));
  await person.click(await screen.findByRole("checkbox", { name: "Team lead" }));
  await person.clear(screen.getByRole("textbox", { name: "Last name" }));
  await person.type(screen.getByRole("textbox", { name: "Last name" }), "Halloran");
  await person.selectOptions(screen.getByRole("combobox", { name: "Business unit" }), "b-2");
  await person.click(screen.getByRole("checkbox", { name: "May sign in" }));
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(asked.find(({ what }) => what === changed)?.body).toEqual({
      first_name: "Maya",
      last_name: "Halloran",
      role_ids: ["role-1", "role-2"],
      business_unit_id: "b-2",
      is_active: false,
    }),
  );
});

test("who forgot the password is given a new one", async () => {
  const changed = "PATCH /api/v1/users/u-ben";
  const ben = { ...BARE, ...BEN, email: "ben@example.com" };
  const asked = fakeApi({
    ...ADMINISTRATOR,
    "GET /api/v1/users": () => page([BARE, ben]),
    [changed]: () => json(ben),
  });
  const { person } = openPage("/settings/people");
  await person.click(await screen.findByRole("button", { name: "Change Ben Halloran" }));
  await person.type(await screen.findByLabelText("New password, if they forgot theirs"), "short");
  expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
  await person.keyboard(" but long enough");
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(asked.find(({ what }) => what === changed)?.body).toMatchObject({
      password: "short but long enough",
    }),
  );
});

test("nobody sets the own password without the current one", async () => {
  fakeApi(ADMINISTRATOR);
  const { person } = openPage("/settings/people");
  await person.click(await screen.findByRole("button", { name: "Change Maya Okafor" }));
  expect(await screen.findByRole("textbox", { name: "First name" })).toBeVisible();
  expect(screen.queryByLabelText(/New password/)).not.toBeInTheDocument();
});

test("a team is made with the members one finds by name", async () => {
  const added = "POST /api/v1/teams";
  const asked = fakeApi({
    ...ADMINISTRATOR,
    "GET /api/v1/users": () =>
      page([
        BARE,
        { ...BARE, ...BEN, id: "u-gone", email: "gone@example.com", is_active: false },
        { ...BARE, ...BEN, email: "ben@example.com" },
      ]),
    [added]: () => json(SELLERS, 201),
  });
  const { person, address } = openPage("/settings/people");
  await person.click(await screen.findByRole("tab", { name: "Teams" }));
  expect(await screen.findByRole("row", { name: /^Sellers Northwind Windows Maya Okafor/ })).toBeVisible();
  expect(address()).toBe("/settings/people?tab=teams");
  await person.click(screen.getByRole("button", { name: "New team" }));
  await person.type(await screen.findByRole("textbox", { name: "Name" }), "North");
  await person.type(await screen.findByRole("combobox", { name: "Members" }), "Ben{ArrowDown}{Enter}");
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(asked.find(({ what }) => what === added)?.body).toEqual({
      name: "North",
      business_unit_id: "b-1",
      member_ids: ["u-ben"],
    }),
  );
});

test("a team that owns something is not deleted, and one reads why", async () => {
  fakeApi({
    ...ADMINISTRATOR,
    "DELETE /api/v1/teams/team-1": () =>
      problem(409, "in-use", "This team is in use: something refers to it."),
  });
  const { person } = openPage("/settings/people?tab=teams");
  await person.click(await screen.findByRole("button", { name: "Delete Sellers" }));
  await person.click(await screen.findByRole("button", { name: "Delete" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("This team is in use: something refers to it.");
});

test("a unit is added to the tree, and one that would be part of itself is told so", async () => {
  const [added, moved] = ["POST /api/v1/business-units", "PATCH /api/v1/business-units/b-2"];
  const refusal = "A unit cannot be part of itself, or of one that is part of it.";
  const asked = fakeApi({
    ...ADMINISTRATOR,
    [added]: () => json({ ...NORTH, id: "b-3", name: "Coast" }, 201),
    [moved]: () => problem(409, "unit-cycle", refusal),
  });
  const { person } = openPage("/settings/people?tab=units");
  const below = await screen.findByRole("list", { name: "Within Northwind Windows" });
  expect(below).toHaveTextContent("North");
  // nobody deletes the unit that all are part of
  expect(screen.queryByRole("button", { name: "Delete Northwind Windows" })).not.toBeInTheDocument();
  expect(await accessibilityProblems()).toEqual([]);

  await person.click(screen.getByRole("button", { name: "New unit in North" }));
  await person.type(await screen.findByRole("textbox", { name: "Name" }), "Coast{Enter}");
  await waitFor(() =>
    expect(asked.find(({ what }) => what === added)?.body).toEqual({ name: "Coast", parent_id: "b-2" }),
  );
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());

  await person.click(screen.getByRole("button", { name: "Change North" }));
  await person.selectOptions(await screen.findByRole("combobox", { name: "Part of" }), "b-2");
  await person.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByRole("alert")).toHaveTextContent(refusal);
  expect(asked.find(({ what }) => what === moved)?.body).toEqual({ name: "North", parent_id: "b-2" });
});

test("a role of the product is read alone, and an own one changed", async () => {
  const changed = "PATCH /api/v1/roles/role-2";
  const asked = fakeApi({ ...ADMINISTRATOR, [changed]: () => json({ ...LEAD, privileges: [] }) });
  const { person, address } = openPage("/settings/people?tab=roles");
  expect(await screen.findByRole("row", { name: /^record Own/ })).toBeVisible();
  expect(screen.queryByRole("combobox", { name: "Read record" })).not.toBeInTheDocument();
  await person.selectOptions(screen.getByRole("combobox", { name: "Role" }), "Team lead");
  await person.selectOptions(await screen.findByRole("combobox", { name: "Read record" }), "All");
  expect(address()).toBe("/settings/people?tab=roles&role=role-2");
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(asked.find(({ what }) => what === changed)?.body).toEqual({
      privileges: [{ entity: "record", privilege: "read", level: "organisation" }],
    }),
  );
});

test("an own role is deleted once one has confirmed it, and why one that is held is not is told", async () => {
  const removed = "DELETE /api/v1/roles/role-2";
  const refusal = "This role is in use: nobody may hold it.";
  const handlers = { ...ADMINISTRATOR, [removed]: () => problem(409, "in-use", refusal) };
  const asked = fakeApi(handlers);
  const { person, address } = openPage("/settings/people?tab=roles");
  const chosen = await screen.findByRole("combobox", { name: "Role" });
  // a role of the product stays
  expect(screen.queryByRole("button", { name: /^Delete/ })).not.toBeInTheDocument();
  await person.selectOptions(chosen, "Team lead");
  await person.click(await screen.findByRole("button", { name: "Delete Team lead" }));
  const dialog = await screen.findByRole("dialog", { name: "Delete Team lead?" });
  expect(asked.some(({ what }) => what === removed)).toBe(false);
  await person.click(within(dialog).getByRole("button", { name: "Delete" }));
  expect(await within(dialog).findByText(refusal)).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);

  handlers[removed] = () => new Response(null, { status: 204 });
  await person.click(within(dialog).getByRole("button", { name: "Delete" }));
  await waitFor(() => expect(address()).toBe("/settings/people?tab=roles"));
});

const FAILED = () => problem(403, "missing-privilege", "You may not.");

test.each([
  ["users", "empty", "", "GET /api/v1/users", () => page([]), "Nobody to be seen"],
  ["users", "failed", "", "GET /api/v1/users", FAILED, "Could not load the users"],
  ["teams", "empty", "?tab=teams", "GET /api/v1/teams", () => page([]), "No teams yet"],
  ["teams", "failed", "?tab=teams", "GET /api/v1/teams", FAILED, "Could not load the teams"],
  ["units", "failed", "?tab=units", "GET /api/v1/business-units", FAILED, "Could not load the business units"],
])("the %s show that they are %s", async (_what, _state, tab, asked, handler, words) => {
  fakeApi({ [asked]: handler });
  openPage(`/settings/people${tab}`);
  await waitFor(() => expect(document.body).toHaveTextContent(words));
});
