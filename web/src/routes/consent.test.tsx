import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, page, problem } from "@/test/fake-api";
import { makeSession } from "@/test/makers";
import { makeConsentEntry, makeWithdrawal } from "@/test/makers-settings";
import { accessibilityProblems, clickTwice, openPage } from "@/test/open-page";

const ADMINISTRATOR = {
  "GET /api/v1/session": () =>
    json(
      makeSession([
        { entity: "consent", privilege: "create", level: "organisation" },
        { entity: "consent", privilege: "write", level: "organisation" },
        { entity: "organisation", privilege: "read", level: "organisation" },
        { entity: "organisation", privilege: "write", level: "organisation" },
      ]),
    ),
};

const WITHDRAWALS = "GET /api/v1/consent/withdrawals";

test("withdrawals in force are found by number, and its ledger shows the evidence", async () => {
  const asked = fakeApi({
    ...ADMINISTRATOR,
    [WITHDRAWALS]: () => page([makeWithdrawal()]),
    "GET /api/v1/consent/entries": () => page([makeConsentEntry()]),
  });
  const { person, address } = openPage("/consent");
  expect(await screen.findByText("“STOP”")).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);

  await person.type(screen.getByRole("textbox", { name: "Customer's number" }), "+12025550101{Enter}");
  await waitFor(() => expect(asked.at(-1)?.query.get("q")).toBe("+12025550101"));
  await person.click(screen.getByRole("tab", { name: "Ledger" }));
  expect(await screen.findByText("“Please STOP”")).toBeVisible();
  expect(address()).toContain("tab=ledger");
  expect(asked.at(-1)?.query.get("number")).toBe("+12025550101");
  expect(screen.getByRole("link", { name: "Export for a complaint" })).toHaveAttribute(
    "href",
    "/api/v1/consent/complaint?number=%2B12025550101",
  );
});

test.each([
  ["empty", () => page([]), "No withdrawals in force"],
  ["failed", () => problem(403, "missing-privilege", "You may not."), "Could not load the withdrawals"],
])("the withdrawals show that they are %s", async (_state, handler, words) => {
  fakeApi({ [WITHDRAWALS]: handler });
  openPage("/consent");
  await waitFor(() => expect(document.body).toHaveTextContent(words));
});

test("the text that a withdrawal stopped is shown with the withdrawal", async () => {
  fakeApi({
    "GET /api/v1/consent/blocked": () =>
      page([
        {
          message_id: "m-9",
          conversation_id: "c-1",
          to_number: "+12025550101",
          from_number: "+12025550143",
          body: "Our spring offer",
          created_at: "2026-03-03T10:00:00Z",
          blocked_at: "2026-03-03T10:00:00Z",
          why: null,
          entry: makeConsentEntry(),
        },
      ]),
  });
  openPage("/consent?tab=blocked");
  expect(await screen.findByText("Our spring offer")).toBeVisible();
  expect(screen.getByText("“Please STOP”")).toBeVisible();
});

test("how far a withdrawal reaches is chosen with what follows from it", async () => {
  const changed = "PATCH /api/v1/organisation";
  const settings = { id: "o-1", name: "Northwind", withdrawal_scope: "organisation" };
  const asked = fakeApi({
    ...ADMINISTRATOR,
    "GET /api/v1/organisation": () => json(settings),
    [changed]: () => json(settings),
  });
  const { person } = openPage("/consent?tab=setting");
  expect(await screen.findByRole("radio", { name: "All texts of the organisation" })).toBeChecked();
  await person.click(screen.getByRole("radio", { name: "Texts of one brand" }));
  await waitFor(() => expect(asked.find(({ what }) => what === changed)?.body).toEqual({ withdrawal_scope: "brand" }));
  expect(await accessibilityProblems()).toEqual([]);
});

test("an imported list says what became of its rows, and goes once by a double click", async () => {
  const upload = "POST /api/v1/consent/withdrawals/import";
  const asked = fakeApi({
    ...ADMINISTRATOR,
    [WITHDRAWALS]: () => page([]),
    [upload]: () =>
      json({
        added: 2,
        unchanged: 1,
        failed: 1,
        problems: [{ line: 3, column: "number", message: "This is no number." }],
      }),
  });
  const { person } = openPage("/consent");
  await person.click(await screen.findByRole("button", { name: "Import a list" }));
  const field = document.querySelector<HTMLElement>("input[type=file]");
  if (!field) throw new Error("There is no field for the file");
  await person.upload(field, new File(["number\n"], "list.csv", { type: "text/csv" }));
  clickTwice(screen.getByRole("button", { name: "Import" }));
  expect(await screen.findByText("2 new, 1 as before, 1 not imported.")).toBeVisible();
  expect(screen.getByText("Line 3: This is no number.")).toBeVisible();
  expect(asked.filter(({ what }) => what === upload)).toHaveLength(1);
});

const ENTRIES = "POST /api/v1/consent/entries";

test("a withdrawal that was said in a call is recorded by keyboard, for the number one looked at", async () => {
  const asked = fakeApi({
    ...ADMINISTRATOR,
    [WITHDRAWALS]: () => page([]),
    [ENTRIES]: () => json(makeConsentEntry(), 201),
  });
  const { person } = openPage("/consent?number=%2B12025550101");
  (await screen.findByRole("button", { name: "Record consent" })).focus();
  await person.keyboard("{Enter}");
  const number = await screen.findByRole("textbox", { name: "Number of the customer" });
  expect(number).toHaveFocus();
  expect(number).toHaveValue("+12025550101");
  await person.type(screen.getByRole("textbox", { name: "What they said (optional)" }), "Leave me alone");
  expect(await accessibilityProblems()).toEqual([]);
  number.focus();
  await person.keyboard("{Enter}");
  await waitFor(() =>
    expect(asked.find(({ what }) => what === ENTRIES)?.body).toEqual({
      number: "+12025550101",
      kind: "withdrawn",
      purpose: null,
      source: "customer_call",
      at: null,
      wording: "Leave me alone",
      reference: null,
      expires_at: null,
    }),
  );
  await waitFor(() => expect(screen.getByRole("button", { name: "Record consent" })).toHaveFocus());
});

test("consent is given with its words, its day and where it is written", async () => {
  const asked = fakeApi({
    ...ADMINISTRATOR,
    [WITHDRAWALS]: () => page([]),
    [ENTRIES]: () => json(makeConsentEntry({ kind: "granted" }), 201),
  });
  const { person } = openPage("/consent?number=%2B12025550101");
  await person.click(await screen.findByRole("button", { name: "Record consent" }));
  await person.click(await screen.findByRole("radio", { name: "They agree to be texted" }));
  expect(screen.getByRole("button", { name: "Record" })).toBeDisabled();
  await person.selectOptions(screen.getByRole("combobox", { name: "Which texts" }), "Marketing texts");
  await person.selectOptions(screen.getByRole("combobox", { name: "How you know" }), "They filled in a form");
  fireEvent.change(screen.getByLabelText("When they said it"), { target: { value: "2026-03-02T10:30" } });
  await person.type(
    screen.getByRole("textbox", { name: "What they agreed to, word for word" }),
    "Text me your offers",
  );
  await person.type(screen.getByRole("textbox", { name: "Where it is written (optional)" }), "Form 12");
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(screen.getByRole("button", { name: "Record" }));
  await waitFor(() =>
    expect(asked.find(({ what }) => what === ENTRIES)?.body).toMatchObject({
      kind: "granted",
      purpose: "marketing",
      source: "form",
      at: "2026-03-02T10:30:00.000Z",
      wording: "Text me your offers",
      reference: "Form 12",
    }),
  );
});

test("what keeps an entry out is told, and what was typed stays", async () => {
  const asked = fakeApi({
    ...ADMINISTRATOR,
    [WITHDRAWALS]: () => page([]),
    [ENTRIES]: () => problem(422, "invalid-request", "This is no number."),
  });
  const { person } = openPage("/consent");
  await person.click(await screen.findByRole("button", { name: "Record consent" }));
  const number = await screen.findByRole("textbox", { name: "Number of the customer" });
  await person.type(number, "12{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("This is no number.");
  expect(number).toHaveValue("12");
  await person.type(number, "{Enter}");
  await waitFor(() => expect(asked.filter(({ what }) => what === ENTRIES)).toHaveLength(2));
  // the first may have been recorded, and only its answer lost
  const keys = asked
    .filter(({ what }) => what === ENTRIES)
    .map(({ request }) => request.headers.get("idempotency-key"));
  expect(keys[0]).toBe(keys[1]);
});

test("who may not write down consent is not offered to", async () => {
  fakeApi({ [WITHDRAWALS]: () => page([]) });
  openPage("/consent");
  await screen.findByText("No withdrawals in force");
  expect(screen.queryByRole("button", { name: "Record consent" })).not.toBeInTheDocument();
});
