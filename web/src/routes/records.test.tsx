import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, page } from "@/test/fake-api";
import { BEN, makeRecord, makeSession } from "@/test/makers";
import { accessibilityProblems, clickTwice, openPage } from "@/test/open-page";

const MAY_IMPORT = {
  "GET /api/v1/session": () =>
    json(makeSession([{ entity: "record", privilege: "create", level: "user" }])),
};

test("records are found by what is typed, and the address keeps it", async () => {
  const asked = fakeApi({ "GET /api/v1/records": () => page([makeRecord()]) });
  const { person, address } = openPage("/records");
  await screen.findByText("Ada Moreno");
  await person.type(screen.getByRole("textbox", { name: "Find records" }), "555");
  await waitFor(() => expect(asked.at(-1)?.query.get("q")).toBe("555"));
  expect(address()).toBe("/records?q=555");
  expect(await accessibilityProblems()).toEqual([]);
});

test("a seller begins with the own records, and looks at the team's and the unit's", async () => {
  const asked = fakeApi({
    "GET /api/v1/session": () =>
      json(
        makeSession([
          { entity: "record", privilege: "read", level: "business_unit" },
          { entity: "record", privilege: "write", level: "user" },
        ]),
      ),
    "GET /api/v1/records": (_, { searchParams }) =>
      page(searchParams.get("owner") === null ? [makeRecord({ owner: BEN })] : []),
  });
  const { person, address } = openPage("/records");
  expect(await screen.findByRole("heading", { name: "None is yours yet" })).toBeVisible();
  expect(asked.at(-1)?.query.get("owner")).toBe("me");

  await person.click(screen.getByRole("radio", { name: "My teams’" }));
  expect(await screen.findByRole("heading", { name: "Your teams have none" })).toBeVisible();
  await person.click(screen.getByRole("radio", { name: "My unit’s" }));
  expect(await screen.findByText("Ben Halloran")).toBeVisible();
  expect(address()).toBe("/records?owner=any");
});

test("who answers for a unit begins with all of it", async () => {
  const asked = fakeApi({
    "GET /api/v1/session": () =>
      json(
        makeSession([
          { entity: "record", privilege: "read", level: "organisation" },
          { entity: "record", privilege: "write", level: "business_unit" },
        ]),
      ),
    "GET /api/v1/records": () => page([makeRecord()]),
  });
  openPage("/records");
  await screen.findByText("Ada Moreno");
  expect(screen.getByRole("radio", { name: "Everyone’s" })).toBeChecked();
  expect(asked.at(-1)?.query.has("owner")).toBe(false);
});

test("an import says what became of the rows, line by line", async () => {
  const upload = "POST /api/v1/records/import";
  const asked = fakeApi({
    ...MAY_IMPORT,
    "GET /api/v1/records": () => page([]),
    [upload]: () =>
      json({
        created: 17,
        updated: 0,
        unchanged: 2,
        failed: 1,
        problems: [{ line: 5, column: "phone", message: "07700 900123 is in national format." }],
      }),
  });
  const { person } = openPage("/records");
  await person.click(await screen.findByRole("button", { name: "Import a CSV file" }));
  const file = new File(["phone,first_name\n"], "leads.csv", { type: "text/csv" });
  // the button that people see opens the browser's own dialog by this hidden field
  const field = document.querySelector<HTMLElement>("input[type=file]");
  if (!field) throw new Error("There is no field for the file");
  await person.upload(field, file);
  clickTwice(screen.getByRole("button", { name: "Import" }));

  expect(await screen.findByText("17 new, 0 changed, 2 as before, 1 not imported.")).toBeVisible();
  expect(screen.getByRole("row", { name: "5 phone 07700 900123 is in national format." })).toBeVisible();
  expect(asked.filter(({ what }) => what === upload)).toHaveLength(1);
});
