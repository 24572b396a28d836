import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, page, problem } from "@/test/fake-api";
import { makeRecord, makeSession } from "@/test/makers";
import { accessibilityProblems, openPage } from "@/test/open-page";

const RECORDS = [
  makeRecord(),
  makeRecord({ id: "r-luis", first_name: "Luis", last_name: "Ferreira", timezone: null }),
  makeRecord({ id: "r-noor", first_name: "Noor", last_name: "Haddad", is_opted_out: true }),
];
const PREVIEW = {
  will_go: 2,
  will_wait: 1,
  refused: [{ record_id: "r-noor", reason: "The customer has opted out of texts." }],
  waiting: [{ record_id: "r-luis", reason: "It is early there.", until: "2030-01-02T08:00:00Z" }],
  samples: [
    { record_id: "r-ada", text: "Hi Ada, we moved.", segments: 1, waits_until: null },
    { record_id: "r-luis", text: "Hi Luis, we moved.", segments: 2, waits_until: "2030-01-02T08:00:00Z" },
  ],
  fewest_segments: 1,
  most_segments: 2,
};
const SENT = { sequence_key: "bulk-1", enrolled: [{}, {}], refused: PREVIEW.refused };

function api(over: Parameters<typeof fakeApi>[0] = {}) {
  return fakeApi({
    "GET /api/v1/session": () =>
      json(makeSession([{ entity: "enrollment", privilege: "create", level: "user" }])),
    "GET /api/v1/records": () => page(RECORDS),
    "GET /api/v1/templates": () =>
      page([{ id: "t-1", name: "We moved", variants: { en: "We moved." } }]),
    "GET /api/v1/templates/placeholders": () => json([{ name: "record.first_name", example: "Ada" }]),
    "POST /api/v1/bulk-texts/preview": () => json(PREVIEW),
    "POST /api/v1/bulk-texts": () => json(SENT, 201),
    ...over,
  });
}

/** Chooses all records and opens the dialog, by keyboard. */
async function openDialog() {
  const { person } = openPage("/records");
  await person.click(await screen.findByRole("checkbox", { name: "Choose Ada Moreno" }));
  await person.keyboard("{Shift>}A{/Shift}");
  expect(screen.getByText("3 chosen")).toBeVisible();
  await person.keyboard("t");
  return { person, dialog: within(await screen.findByRole("dialog", { name: "Text the chosen records" })) };
}

test("records are chosen one by one or all that are shown, and stay chosen while one looks elsewhere", async () => {
  api({
    "GET /api/v1/records": (_, { searchParams }) =>
      page(searchParams.get("q") === null ? RECORDS : [makeRecord({ id: "r-5", first_name: "Zoe" })]),
  });
  const { person } = openPage("/records");
  const ada = await screen.findByRole("checkbox", { name: "Choose Ada Moreno" });
  expect(screen.queryByRole("button", { name: "Text them" })).not.toBeInTheDocument();
  ada.focus();
  await person.keyboard(" ");
  const all = screen.getByRole("checkbox", { name: "Choose all that are shown" });
  expect(all).toBePartiallyChecked();
  await person.click(all);
  expect(screen.getByText("3 chosen")).toBeVisible();
  await person.type(screen.getByRole("textbox", { name: "Find records" }), "Zoe");
  await person.click(await screen.findByRole("checkbox", { name: "Choose Zoe Moreno" }));
  expect(screen.getByText("4 chosen")).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(screen.getByRole("button", { name: "Choose none" }));
  expect(screen.queryByText(/chosen$/)).not.toBeInTheDocument();
});

test("who may not enroll has nothing to choose", async () => {
  api({ "GET /api/v1/session": () => json(makeSession()) });
  openPage("/records");
  await screen.findByText("Ada Moreno");
  expect(screen.queryByRole("checkbox")).not.toBeInTheDocument();
});

test("before a text leaves one sees what each gets, who waits and who is left out and why", async () => {
  const asked = api();
  const { person, dialog } = await openDialog();
  const text = dialog.getByRole("textbox", { name: "Text" });
  await person.type(text, "Hi ");
  await person.click(dialog.getByRole("button", { name: "Insert a placeholder" }));
  await person.click(await screen.findByRole("menuitem", { name: /record.first_name/ }));
  await person.type(text, ", we moved.");
  expect(text).toHaveValue("Hi {{ record.first_name }}, we moved.");
  await person.click(dialog.getByRole("button", { name: "See what each gets" }));

  expect(await dialog.findByText("2 records get it, in 1 to 2 segments each.")).toHaveFocus();
  expect(dialog.getByText(/1 of them waits for the morning: .* from 08:00 to 21:00/)).toBeVisible();
  expect(dialog.getByRole("alert")).toHaveTextContent(
    "1 record left outNoor Haddad: The customer has opted out of texts.",
  );
  expect(dialog.getByRole("list", { name: "What they get" })).toHaveTextContent("Hi Ada, we moved.");
  expect(await accessibilityProblems()).toEqual([]);
  expect(asked.some(({ what }) => what === "POST /api/v1/bulk-texts")).toBe(false);

  await person.click(dialog.getByRole("button", { name: "Send to 2 records" }));
  expect(await dialog.findByText("2 texts are on the way.")).toHaveFocus();
  expect(asked.findLast(({ what }) => what === "POST /api/v1/bulk-texts")?.body).toEqual({
    text: "Hi {{ record.first_name }}, we moved.",
    record_ids: ["r-ada", "r-luis", "r-noor"],
  });
  expect(dialog.getByRole("link", { name: "See what becomes of each" })).toHaveAttribute(
    "href",
    "/sequences/bulk-1",
  );
  await person.click(dialog.getByRole("button", { name: "Done" }));
  expect(screen.queryByText("3 chosen")).not.toBeInTheDocument();
});

test("whoever waits for a person is named with what they wait for", async () => {
  const reason = "Nothing leaves until somebody has answered the question.";
  api({
    "POST /api/v1/bulk-texts/preview": () =>
      json({ ...PREVIEW, refused: [], waiting: [{ record_id: "r-ada", reason, until: null }] }),
  });
  const { person, dialog } = await openDialog();
  await person.type(dialog.getByRole("textbox", { name: "Text" }), "We moved.");
  await person.click(dialog.getByRole("button", { name: "See what each gets" }));
  expect(await dialog.findByRole("alert")).toHaveTextContent(`1 record waitsAda Moreno: ${reason}`);
  expect(dialog.queryByText(/for the morning/)).not.toBeInTheDocument();
});

test("a name that one gives is what the texts are called", async () => {
  const asked = api();
  const { person, dialog } = await openDialog();
  await person.type(dialog.getByRole("textbox", { name: "Text" }), "We moved.");
  await person.type(dialog.getByRole("textbox", { name: "Name (optional)" }), "The move");
  await person.click(dialog.getByRole("button", { name: "See what each gets" }));
  await person.click(await dialog.findByRole("button", { name: "Send to 2 records" }));
  await dialog.findByText("2 texts are on the way.");
  const sent = asked.findLast(({ what }) => what === "POST /api/v1/bulk-texts");
  expect(sent?.body).toMatchObject({ name: "The move" });
});

test("a template's words are taken over, and a text that cannot be filled says why", async () => {
  api({
    "POST /api/v1/bulk-texts/preview": () =>
      problem(422, "invalid-placeholder", "record.nam is not a known field."),
  });
  const { person, dialog } = await openDialog();
  await person.click(dialog.getByRole("button", { name: "Template" }));
  await person.click(await screen.findByRole("button", { name: /We moved/ }));
  expect(dialog.getByRole("textbox", { name: "Text" })).toHaveValue("We moved.");
  await person.click(dialog.getByRole("button", { name: "See what each gets" }));
  expect(await dialog.findByRole("alert")).toHaveTextContent("record.nam is not a known field.");
  expect(dialog.getByRole("textbox", { name: "Text" })).toHaveValue("We moved.");
});

test("trying again after a lost answer asks under the same key, and the text is there still", async () => {
  let isLost = true;
  const asked = api({
    "POST /api/v1/bulk-texts": () => {
      if (!isLost) return json(SENT, 201);
      isLost = false;
      throw new TypeError("Failed to fetch");
    },
  });
  const { person, dialog } = await openDialog();
  await person.type(dialog.getByRole("textbox", { name: "Text" }), "We moved.");
  await person.click(dialog.getByRole("button", { name: "See what each gets" }));
  await person.click(await dialog.findByRole("button", { name: "Send to 2 records" }));
  expect(await dialog.findByText(/Touchline did not answer/)).toBeVisible();
  await person.click(dialog.getByRole("button", { name: "Send to 2 records" }));
  await dialog.findByText("2 texts are on the way.");
  const sent = asked.filter(({ what }) => what === "POST /api/v1/bulk-texts");
  const [first, second] = sent.map(({ request }) => request.headers.get("idempotency-key"));
  expect(sent).toHaveLength(2);
  expect(second).toBe(first);
});
