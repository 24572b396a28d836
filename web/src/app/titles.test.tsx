/** Whether every page has a name of its own; the names are given in routes/. */
import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, page, problem } from "@/test/fake-api";
import { LUIS, makeConversation, makeRecord } from "@/test/makers";
import { makeTemplate } from "@/test/makers-settings";
import { openPage } from "@/test/open-page";

const HANDLERS = {
  "GET /api/v1/conversations": () => page([]),
  "GET /api/v1/conversations/c-1": () => json(makeConversation({ record: LUIS })),
  "GET /api/v1/records/r-ada": () => json(makeRecord()),
  "GET /api/v1/templates/t-1": () => json(makeTemplate({ name: "Hello" })),
};

test.each([
  ["/work", "Work"],
  ["/work/stack", "Similar texts"],
  ["/settings/work", "Order and leave"],
  ["/conversations", "Conversations"],
  ["/conversations/c-1", "Luis Ferreira"],
  ["/search", "Search"],
  ["/records", "Records"],
  ["/records/r-ada", "Ada Moreno"],
  ["/sequences", "Sequences"],
  ["/templates", "Templates"],
  ["/templates/t-1", "Hello"],
  ["/consent", "Consent"],
  ["/settings/people", "People"],
  ["/settings/personal-data", "Personal data"],
  ["/nowhere", "Nothing here"],
])("the page at %s is called %s in the browser", async (address, name) => {
  fakeApi(HANDLERS);
  openPage(address);
  await waitFor(() => expect(document.title).toBe(`${name} – Touchline`));
});

test("a page that one leaves leaves its name, also for one that cannot be shown", async () => {
  fakeApi({
    ...HANDLERS,
    "GET /api/v1/records": () => page([makeRecord()]),
    "GET /api/v1/records/r-ada": () => problem(404, "not-found", "There is no such record."),
  });
  const { person } = openPage("/records");
  await waitFor(() => expect(document.title).toBe("Records – Touchline"));
  await person.click(await screen.findByRole("link", { name: "Ada Moreno" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("There is no such record.");
  expect(document.title).toBe("Touchline");
});

test("the page to sign in is called so", async () => {
  fakeApi({ "GET /api/v1/session": () => problem(401, "signed-out", "Sign in.") });
  openPage("/sign-in");
  await waitFor(() => expect(document.title).toBe("Sign in – Touchline"));
});
