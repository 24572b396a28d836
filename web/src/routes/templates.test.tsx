import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, page, problem } from "@/test/fake-api";
import { ADA, makeSession } from "@/test/makers";
import { makeTemplate } from "@/test/makers-settings";
import { accessibilityProblems, openPage } from "@/test/open-page";

const MAY_WRITE = {
  "GET /api/v1/session": () =>
    json(makeSession([{ entity: "template", privilege: "write", level: "user" }])),
};

const PREVIEW = {
  records: [
    {
      record: ADA,
      language: "en",
      text: "Hi Ada, shall we talk?",
      problem: null,
      missing: [],
      segments: 1,
      encoding: "GSM-7",
      forced_by: null,
      forced_at: null,
      findings: [],
    },
  ],
  range: { least: 1, usual: 1, most: 2, unfilled: 3, sampled: 200 },
};

const ONE = {
  "GET /api/v1/templates/t-1": () => json(makeTemplate()),
  "GET /api/v1/templates/placeholders": () => json([{ name: "record.first_name", example: "Ada" }]),
  "POST /api/v1/templates/t-1/preview": () => json(PREVIEW),
};

test("templates are listed with how they do, and searched", async () => {
  const asked = fakeApi({ "GET /api/v1/templates": () => page([makeTemplate()]) });
  const { person, address } = openPage("/templates");
  expect(await screen.findByText("Sent 40 times in 90 days, 25 % answered")).toBeVisible();
  await person.type(screen.getByRole("textbox", { name: "Find templates" }), "call");
  await waitFor(() => expect(asked.at(-1)?.query.get("q")).toBe("call"));
  expect(address()).toBe("/templates?q=call");
  expect(await accessibilityProblems()).toEqual([]);
});

test.each([
  ["empty", () => page([]), "No templates yet"],
  ["failed", () => problem(403, "missing-privilege", "You may not."), "Could not load the templates"],
])("the list of templates shows that it is %s", async (_state, handler, words) => {
  fakeApi({ "GET /api/v1/templates": handler });
  openPage("/templates");
  await waitFor(() => expect(document.body).toHaveTextContent(words));
});

test("a template is changed in one language with a placeholder, and previewed for real records", async () => {
  const saved = "PATCH /api/v1/templates/t-1";
  const asked = fakeApi({ ...MAY_WRITE, ...ONE, [saved]: () => json(makeTemplate()) });
  const { person } = openPage("/templates/t-1");
  expect(
    await screen.findByText(
      "1 to 2 segments, usually 1, over 200 records. 3 of 200 records could not be sent it.",
    ),
  ).toBeVisible();
  expect(screen.getByText("Hi Ada, shall we talk?")).toBeVisible();

  await person.click(screen.getByRole("tab", { name: "de" }));
  await person.type(screen.getByRole("textbox", { name: "Text in de" }), " Gern, ");
  await person.click(screen.getByRole("button", { name: "Insert a placeholder" }));
  await person.click(await screen.findByRole("menuitem", { name: "record.first_name (such as Ada)" }));
  await person.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(asked.find(({ what }) => what === saved)?.body).toEqual({
    default_language: "en",
    variants: {
      en: "Hi there, shall we talk?",
      de: "Hallo, wollen wir telefonieren? Gern, {{ record.first_name }}",
    },
  }));
  expect(await accessibilityProblems()).toEqual([]);
});

test("words that cannot be sent are refused with their language and line", async () => {
  fakeApi({
    ...MAY_WRITE,
    ...ONE,
    "PATCH /api/v1/templates/t-1": () =>
      json(
        {
          type: "urn:touchline:problem:invalid-template",
          title: "Invalid",
          status: 422,
          detail: "x",
          errors: [{ path: "variants.en", line: 1, message: "There is no field record.nme." }],
        },
        422,
      ),
  });
  const { person } = openPage("/templates/t-1");
  await person.type(await screen.findByRole("textbox", { name: "Text in en" }), "!");
  await person.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("en, line 1: There is no field record.nme.")).toBeVisible();
});
