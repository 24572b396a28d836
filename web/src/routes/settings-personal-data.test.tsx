import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, page, problem } from "@/test/fake-api";
import { BEN, makeRecord, makeSession } from "@/test/makers";
import { accessibilityProblems, clickTwice, openPage } from "@/test/open-page";

const ERASE = "POST /api/v1/people/erase";
const ERASURES = "GET /api/v1/erasures";

const ADMINISTRATOR = {
  "GET /api/v1/session": () =>
    json(makeSession([{ entity: "consent", privilege: "delete", level: "organisation" }])),
};

const REPORT = { counts: { texts: 12, notes: 0, records: 1 }, kept: ["What the providers keep."] };

test("a person is erased once one has seen what goes, said why, and typed the number", async () => {
  const asked = fakeApi({ ...ADMINISTRATOR, [ERASURES]: () => page([]), [ERASE]: () => json(REPORT) });
  const { person, address } = openPage("/settings/personal-data");
  await person.type(await screen.findByRole("textbox", { name: "Number of the person" }), "+12025550101{Enter}");
  expect(await screen.findByRole("link", { name: "Export everything" })).toHaveAttribute(
    "href",
    "/api/v1/people/export?number=%2B12025550101",
  );
  expect(address()).toBe("/settings/personal-data?number=%2B12025550101");
  await person.click(screen.getByRole("button", { name: "Erase…" }));
  expect(await screen.findByText("Would be erased: texts: 12, records: 1.")).toBeVisible();
  expect(screen.getByText("What the providers keep.")).toBeVisible();
  expect(asked.find(({ what }) => what === ERASE)?.body).toMatchObject({
    number: "+12025550101",
    dry_run: true,
    everything: false,
  });

  await person.type(screen.getByRole("textbox", { name: "Why" }), "Asked on 2 March");
  const proof = screen.getByRole("textbox", { name: "Type +12025550101 to be sure" });
  await person.type(proof, "+1 202 555 0199");
  expect(screen.getByRole("button", { name: "Erase for good" })).toBeDisabled();
  await person.clear(proof);
  await person.type(proof, "+1 202 555 0101");
  expect(await accessibilityProblems()).toEqual([]);
  await person.keyboard("{Enter}");
  expect(await screen.findByText("Erased: texts: 12, records: 1.")).toBeVisible();
  expect(asked.findLast(({ what }) => what === ERASE)?.body).toEqual({
    number: "+12025550101",
    reason: "Asked on 2 March",
    everything: false,
    dry_run: false,
  });
  await person.click(screen.getByRole("button", { name: "Done" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
});

test("a record without a number is erased by its name, with the proof of consent if one says so", async () => {
  const asked = fakeApi({
    ...ADMINISTRATOR,
    [ERASURES]: () => page([]),
    "GET /api/v1/records/r-ada": () => json(makeRecord({ phone: null })),
    [ERASE]: () => json(REPORT),
  });
  const { person } = openPage("/settings/personal-data?record=r-ada");
  await person.click(await screen.findByRole("button", { name: "Erase…" }));
  await person.click(await screen.findByRole("checkbox", { name: /^The proof of consent/ }));
  await person.type(screen.getByRole("textbox", { name: "Why" }), "Asked");
  await person.type(screen.getByRole("textbox", { name: "Type Ada Moreno to be sure" }), "Ada Moreno");
  await waitFor(() => expect(screen.getByRole("button", { name: "Erase for good" })).toBeEnabled());
  clickTwice(screen.getByRole("button", { name: "Erase for good" }));
  await waitFor(() =>
    expect(asked.findLast(({ what }) => what === ERASE)?.body).toEqual({
      record_id: "r-ada",
      reason: "Asked",
      everything: true,
      dry_run: false,
    }),
  );
  expect(await screen.findByText("Erased: texts: 12, records: 1.")).toBeVisible();
  const erased = asked.filter(({ request }) => request.method === "POST").map(({ body }) => body);
  expect(erased.filter((body) => JSON.stringify(body).includes('"dry_run":false'))).toHaveLength(1);
});

test("what keeps a person from being erased is told, and nothing can be done until then", async () => {
  fakeApi({
    ...ADMINISTRATOR,
    [ERASURES]: () => page([]),
    [ERASE]: () => problem(409, "text-under-way", "A text is on its way: try again in a minute."),
  });
  const { person } = openPage("/settings/personal-data?number=%2B12025550101");
  await person.click(await screen.findByRole("button", { name: "Erase…" }));
  expect(await screen.findByRole("alert", { name: "Could not load what would be erased" })).toHaveTextContent(
    "A text is on its way: try again in a minute.",
  );
});

test.each([
  ["there", () => page([{ id: "er-1", at: "2026-03-02T10:00:00Z", reason: "Asked", requested_by: BEN, report: REPORT }]), "by Ben Halloran"],
  ["empty", () => page([]), "Nobody has been erased."],
  ["failed", () => problem(403, "missing-privilege", "You may not."), "Could not load the erasures"],
])("the erasures show that they are %s", async (_state, handler, words) => {
  fakeApi({ ...ADMINISTRATOR, [ERASURES]: handler });
  openPage("/settings/personal-data");
  await waitFor(() => expect(document.body).toHaveTextContent(words));
});

test("whose roles let them erase nobody reads that, and neither is asked for a number nor shown a failure", async () => {
  const asked = fakeApi({});
  openPage("/settings/personal-data");
  expect(await screen.findByRole("heading", { name: "Not yours to see" })).toBeVisible();
  expect(screen.queryByRole("textbox", { name: "Number of the person" })).not.toBeInTheDocument();
  expect(asked.some(({ what }) => what === ERASURES)).toBe(false);
  expect(await accessibilityProblems()).toEqual([]);
});

test("what is no number is refused in words, and one that is grouped is taken", async () => {
  fakeApi({ ...ADMINISTRATOR, [ERASURES]: () => page([]) });
  const { person } = openPage("/settings/personal-data");
  const field = await screen.findByRole("textbox", { name: "Number of the person" });
  await person.type(field, "abc{Enter}");
  await waitFor(() => expect(field).toBeInvalid());
  expect(field).toHaveAccessibleDescription(/This is no phone number/);
  expect(screen.queryByRole("link", { name: "Export everything" })).not.toBeInTheDocument();
  expect(await accessibilityProblems()).toEqual([]);
  await person.clear(field);
  await person.type(field, "+44 7700 900123{Enter}");
  expect(await screen.findByRole("link", { name: "Export everything" })).toHaveAttribute(
    "href",
    "/api/v1/people/export?number=%2B447700900123",
  );
  expect(field).toBeValid();
});

test("an administrator comes to a person's data from the record", async () => {
  fakeApi({
    ...ADMINISTRATOR,
    "GET /api/v1/records/r-ada": () => json(makeRecord()),
    [ERASURES]: () => page([]),
  });
  const { person, address } = openPage("/records/r-ada");
  await person.click(await screen.findByRole("link", { name: "Personal data" }));
  expect(await screen.findByRole("link", { name: "Export everything" })).toBeVisible();
  expect(address()).toBe("/settings/personal-data?record=r-ada");
});
