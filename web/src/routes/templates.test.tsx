import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, page, problem } from "@/test/fake-api";
import { ADA, makeSession, MAYA } from "@/test/makers";
import { makeTemplate } from "@/test/makers-settings";
import { accessibilityProblems, clickTwice, openPage } from "@/test/open-page";

const MAY_WRITE = {
  "GET /api/v1/session": () =>
    json(
      makeSession([
        { entity: "template", privilege: "create", level: "business_unit" },
        { entity: "template", privilege: "write", level: "business_unit" },
        { entity: "template", privilege: "delete", level: "business_unit" },
      ]),
    ),
  "GET /api/v1/teams": () =>
    page([
      { id: "team-1", name: "Sellers", business_unit_id: "b-1", members: [MAYA] },
      { id: "team-2", name: "Service", business_unit_id: "b-1", members: [] },
    ]),
  "GET /api/v1/business-units": () =>
    page([
      { id: "b-0", name: "All of it", parent_id: null },
      { id: "b-1", name: "Northwind Windows", parent_id: "b-0" },
      { id: "b-2", name: "Coast", parent_id: "b-1" },
    ]),
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

test("a template is renamed and shared with a team of one's own", async () => {
  const saved = "PATCH /api/v1/templates/t-1";
  const asked = fakeApi({ ...MAY_WRITE, ...ONE, [saved]: () => json(makeTemplate()) });
  const { person } = openPage("/templates/t-1");
  const name = await screen.findByRole("textbox", { name: "Name" });
  await person.clear(name);
  await person.type(name, "Agree on a call");
  await waitFor(() => expect(screen.getByRole("option", { name: "A team" })).toBeEnabled());
  await person.selectOptions(screen.getByRole("combobox", { name: "Shared with" }), "A team");
  expect(screen.queryByRole("option", { name: "Service" })).not.toBeInTheDocument();
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(screen.getByRole("button", { name: "Save name and sharing" }));
  await waitFor(() =>
    expect(asked.find(({ what }) => what === saved)?.body).toEqual({
      name: "Agree on a call",
      sharing: "team",
      team_id: "team-1",
      business_unit_id: null,
    }),
  );
});

test("a new template is shared with a unit that is part of one's own, and not with one above", async () => {
  const added = "POST /api/v1/templates";
  const asked = fakeApi({
    ...MAY_WRITE,
    ...ONE,
    "GET /api/v1/templates": () => page([]),
    [added]: () => json(makeTemplate(), 201),
  });
  const { person } = openPage("/templates");
  await person.click(await screen.findByRole("button", { name: "New template" }));
  await person.type(await screen.findByRole("textbox", { name: "Name" }), "Hello");
  await person.selectOptions(screen.getByRole("combobox", { name: "Shared with" }), "A business unit");
  const unit = await screen.findByRole("combobox", { name: "Business unit" });
  await waitFor(() => expect(unit).toHaveValue("b-1"));
  expect(screen.queryByRole("option", { name: "All of it" })).not.toBeInTheDocument();
  await person.selectOptions(unit, "b-2");
  await person.type(screen.getByRole("textbox", { name: "Text" }), "Hi there");
  expect(await accessibilityProblems()).toEqual([]);
  clickTwice(screen.getByRole("button", { name: "Add" }));
  await waitFor(() =>
    expect(asked.find(({ what }) => what === added)?.body).toMatchObject({
      sharing: "business_unit",
      team_id: null,
      business_unit_id: "b-2",
    }),
  );
  expect(asked.filter(({ what }) => what === added)).toHaveLength(1);
});

test("the list names the team that a template is shared with", async () => {
  fakeApi({
    ...MAY_WRITE,
    "GET /api/v1/templates": () => page([makeTemplate({ sharing: "team", team_id: "team-2" })]),
  });
  openPage("/templates");
  expect(await screen.findByRole("cell", { name: "Service" })).toBeVisible();
});

test("a template that is in use is not deleted, and one reads what to do instead", async () => {
  const why = "A text that was sent, or a sequence, has the words of this template: archive it instead.";
  fakeApi({
    ...MAY_WRITE,
    ...ONE,
    "DELETE /api/v1/templates/t-1": () => problem(409, "template-in-use", why),
  });
  const { person } = openPage("/templates/t-1");
  await person.click(await screen.findByRole("button", { name: "Delete Book a call" }));
  await person.click(await screen.findByRole("button", { name: "Delete" }));
  expect(await screen.findByRole("alert")).toHaveTextContent(why);
});

test("a template that nothing uses is deleted, and the list is there again", async () => {
  const asked = fakeApi({
    ...MAY_WRITE,
    ...ONE,
    "GET /api/v1/templates": () => page([]),
    "DELETE /api/v1/templates/t-1": () => new Response(null, { status: 204 }),
  });
  const { person, address } = openPage("/templates/t-1");
  await person.click(await screen.findByRole("button", { name: "Delete Book a call" }));
  await person.click(await screen.findByRole("button", { name: "Delete" }));
  await waitFor(() => expect(address()).toBe("/templates"));
  expect(asked.filter(({ what }) => what === "GET /api/v1/templates/t-1")).toHaveLength(1);
});
