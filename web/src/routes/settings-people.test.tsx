import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, page, problem } from "@/test/fake-api";
import { makeSession } from "@/test/makers";
import { accessibilityProblems, openPage } from "@/test/open-page";

const SELLER = { id: "role-1", name: "Salesperson", shipped: "salesperson" };
const LEAD = { id: "role-2", name: "Team lead", shipped: null };
const READ_RECORDS = { entity: "record", privilege: "read", level: "user" } as const;
const { user: BARE } = makeSession();

const ADMINISTRATOR = {
  "GET /api/v1/session": () =>
    json(
      makeSession([
        { entity: "user", privilege: "write", level: "organisation" },
        { entity: "user", privilege: "assign", level: "organisation" },
        { entity: "role", privilege: "create", level: "organisation" },
        { entity: "role", privilege: "write", level: "organisation" },
      ]),
    ),
  "GET /api/v1/users": () => page([BARE]),
  "GET /api/v1/business-units": () => page([{ ...BARE.business_unit, parent_id: null }]),
  "GET /api/v1/roles": () =>
    page([
      { ...SELLER, privileges: [READ_RECORDS] },
      { ...LEAD, privileges: [READ_RECORDS] },
    ]),
};

test("a user is given a second role", async () => {
  const changed = "PATCH /api/v1/users/u-maya";
  const asked = fakeApi({ ...ADMINISTRATOR, [changed]: () => json(BARE) });
  const { person } = openPage("/settings/people");
  await person.click(await screen.findByRole("button", { name: "Change Maya Okafor" }));
  await person.click(await screen.findByRole("checkbox", { name: "Team lead" }));
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(asked.find(({ what }) => what === changed)?.body).toEqual({
      role_ids: ["role-1", "role-2"],
      business_unit_id: "b-1",
      is_active: true,
    }),
  );
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

test.each([
  ["empty", () => page([]), "Nobody to be seen"],
  ["failed", () => problem(403, "missing-privilege", "You may not."), "Could not load the users"],
])("the users show that they are %s", async (_state, handler, words) => {
  fakeApi({ "GET /api/v1/users": handler });
  openPage("/settings/people");
  await waitFor(() => expect(document.body).toHaveTextContent(words));
});
