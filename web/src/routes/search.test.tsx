import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, never, page, problem } from "@/test/fake-api";
import { ADA, makeConversation, makeMessage } from "@/test/makers";
import { accessibilityProblems, openPage } from "@/test/open-page";

const SEARCH = "GET /api/v1/search";

const HIT = {
  message_id: "m-7",
  conversation_id: "c-1",
  customer_number: "+12025550101",
  record: ADA,
  at: "2026-03-02T10:00:00Z",
  direction: "inbound",
  author: null,
  snippet: [
    { text: "the ", is_match: false },
    { text: "blue", is_match: true },
    { text: " one", is_match: false },
  ],
  earlier: null,
  later: null,
};

test("what is found is marked, counted, and opens at its place in the conversation", async () => {
  const asked = fakeApi({
    [SEARCH]: () => page([HIT]),
    "GET /api/v1/conversations": () => page([makeConversation()]),
    "GET /api/v1/conversations/c-1": () => json(makeConversation()),
    "GET /api/v1/conversations/c-1/messages": () =>
      json({ items: [makeMessage({ id: "m-7", body: "the blue one" })], next: null, has_newer: true, moves: [] }),
  });
  const { person, address } = openPage("/search");
  await person.type(await screen.findByRole("searchbox"), "blue");
  expect((await screen.findByText("blue")).tagName).toBe("MARK");
  expect(address()).toBe("/search?q=blue");
  expect(screen.getByText("1 found")).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);

  await person.click(screen.getByRole("link", { name: /blue/ }));
  expect(await screen.findByRole("button", { name: "Show the newest texts" })).toBeVisible();
  expect(address()).toBe("/conversations/c-1?at=m-7");
  expect(asked.some(({ query }) => query.get("around") === "m-7")).toBe(true);
});

test("a part of a number finds the conversations with it", async () => {
  fakeApi({
    [SEARCH]: () => page([]),
    "GET /api/v1/search/numbers": () => page([makeConversation()]),
  });
  openPage("/search?q=5550101");
  expect(await screen.findByRole("link", { name: /Ada Moreno/ })).toHaveAttribute(
    "href",
    "/conversations/c-1",
  );
  expect(await screen.findByRole("heading", { name: "No texts found" })).toBeVisible();
});

test("before one has looked for anything, and while it is looked for, the page says so", async () => {
  fakeApi({ [SEARCH]: never });
  const { person } = openPage("/search");
  expect(await screen.findByRole("heading", { name: "Nothing looked for yet" })).toBeVisible();
  await person.type(screen.getByRole("searchbox"), "blue");
  expect(await screen.findByRole("status", { name: "Loading the texts" })).toBeVisible();
});

test("a search that is too broad says what to do", async () => {
  fakeApi({ [SEARCH]: () => problem(422, "too-broad", "Too many texts hold these words: add one.") });
  openPage("/search?q=a");
  expect(await screen.findByRole("alert")).toHaveTextContent("Too many texts hold these words: add one.");
});
