import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { askWith } from "@/api/client";
import { EmbeddedPage } from "@/embed/embedded-page";
import { fakeApi, json, messagePage, page, problem } from "@/test/fake-api";
import { closePorts, frame, greeted, token } from "@/test/frame-window";
import { makeConversation, makeMessage, makeRecord, makeSession } from "@/test/makers";
import { accessibilityProblems } from "@/test/open-page";
import type { Host } from "./host";

const API = {
  "GET /api/v1/session": () => json({ ...makeSession(), embedded: { record_id: "r-ada" } }),
  "GET /api/v1/records/r-ada": () => json(makeRecord()),
  "GET /api/v1/conversations": () => page([makeConversation()]),
  "GET /api/v1/conversations/c-1/messages": () => messagePage([makeMessage()]),
  "GET /api/v1/events": () => new Response(new ReadableStream<Uint8Array>()),
};
const EXPIRED = () => problem(401, "embed-token-expired", "This token has expired: draw a new one.");

const INVALID = () => problem(401, "embed-token-invalid", "This token names no record.");

beforeEach(() => vi.stubGlobal("CSS", { supports: () => true }));
afterEach(closePorts);

function open(host: Host) {
  askWith(host);
  render(<EmbeddedPage host={host} />);
  return userEvent.setup();
}

test("the conversation of the token's record is shown, asked for with the token and no cookie", async () => {
  const asked = fakeApi(API);
  const { host, heard, say } = greeted();
  open(host);
  const first = token(300);
  say({ type: "token", token: first });
  expect(await screen.findByText("Hi Ada, this is Maya.")).toBeVisible();
  expect(screen.getByRole("heading", { name: "Ada Moreno" })).toBeVisible();
  await waitFor(() => expect(heard).toContainEqual({ type: "ready", name: "Ada Moreno" }));
  expect(asked.length).toBeGreaterThan(3);
  for (const { request } of asked) {
    expect(request.headers.get("authorization")).toBe(`Bearer ${first}`);
    expect(request.credentials).toBe("omit");
  }
  expect(await accessibilityProblems()).toEqual([]);
});

test("where nothing was said yet, the first text is begun with a button", async () => {
  const asked = fakeApi({
    ...API,
    "GET /api/v1/conversations": () => page([]),
    "GET /api/v1/conversations/c-1": () => json(makeConversation()),
    "POST /api/v1/conversations": () => json(makeConversation(), 201),
    "GET /api/v1/conversations/c-1/messages": () => messagePage([]),
  });
  const { host } = frame(`token=${token(300)}`);
  const person = open(host);
  await person.click(await screen.findByRole("button", { name: "Write the first text" }));
  expect(await screen.findByRole("textbox", { name: "Write a text" })).toBeVisible();
  const { body } = asked.find(({ what }) => what === "POST /api/v1/conversations") ?? {};
  expect(body).toEqual({ record_id: "r-ada" });
});

test("where the texts are a colleague's, it says whose, and offers none to write", async () => {
  const shut = { may_append_to: false, may_read_texts: false };
  fakeApi({
    ...API,
    "GET /api/v1/conversations": () => page([]),
    "GET /api/v1/records/r-ada": () => json(makeRecord(shut)),
  });
  const { host } = frame(`token=${token(300)}`);
  open(host);
  expect(await screen.findByText("Its texts are Maya Okafor’s to read.")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Write the first text" })).not.toBeInTheDocument();
  expect(await accessibilityProblems()).toEqual([]);
});

test("a token that ends while one writes is renewed, and the text goes once", async () => {
  const tokens: (string | null)[] = [];
  let isExpired = true;
  const asked = fakeApi({
    ...API,
    "POST /api/v1/conversations/c-1/messages": (request) => {
      tokens.push(request.headers.get("authorization"));
      if (isExpired) return EXPIRED();
      return json(makeMessage({ id: "m-2", body: "See you" }), 201);
    },
  });
  const { host, heard, say } = greeted();
  const person = open(host);
  const [first, second] = [token(300, "first"), token(300, "second")];
  say({ type: "token", token: first });
  await person.type(await screen.findByRole("textbox", { name: "Write a text" }), "See you");
  await person.click(screen.getByRole("button", { name: "Send" }));
  await waitFor(() => expect(heard).toContainEqual({ type: "token-wanted" }));
  isExpired = false;
  say({ type: "token", token: second });
  await waitFor(() => expect(heard).toContainEqual({ type: "sent" }));
  expect(tokens).toEqual([`Bearer ${first}`, `Bearer ${second}`]);
  const sent = asked.filter(({ what }) => what === "POST /api/v1/conversations/c-1/messages");
  expect(new Set(sent.map(({ request }) => request.headers.get("idempotency-key"))).size).toBe(1);
  expect(screen.getByRole("textbox", { name: "Write a text" })).toHaveValue("");
});

test("without a page that gives tokens, the end is said, and what was written stays", async () => {
  fakeApi({ ...API, "POST /api/v1/conversations/c-1/messages": EXPIRED });
  const { host } = frame(`token=${token(300)}`);
  const person = open(host);
  await person.type(await screen.findByRole("textbox", { name: "Write a text" }), "See you");
  await person.click(screen.getByRole("button", { name: "Send" }));
  expect(await screen.findByRole("alert")).toHaveTextContent(
    "This page has been open too long: reload it.",
  );
  expect(screen.getByRole("textbox", { name: "Write a text" })).toHaveValue("See you");
  expect(await accessibilityProblems()).toEqual([]);
});

test("a token that is refused says why, and a good one shows the conversation after all", async () => {
  let isGood = false;
  fakeApi({
    ...API,
    "GET /api/v1/session": () => (isGood ? API["GET /api/v1/session"]() : INVALID()),
  });
  const { host, say } = greeted();
  open(host);
  say({ type: "token", token: token(300, "first") });
  expect(await screen.findByRole("alert")).toHaveTextContent("This token names no record.");
  isGood = true;
  say({ type: "token", token: token(300, "second") });
  expect(await screen.findByText("Hi Ada, this is Maya.")).toBeVisible();
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
});

test("what nobody can see is not marked as read, and the host is told how much there is", async () => {
  const asked = fakeApi({
    ...API,
    "GET /api/v1/conversations": () => page([makeConversation({ unread_count: 2 })]),
    "POST /api/v1/conversations/c-1/read": () => new Response(null, { status: 204 }),
  });
  const { host, heard, say } = greeted();
  open(host);
  say({ type: "shown", isShown: false });
  say({ type: "token", token: token(300) });
  await waitFor(() => expect(heard).toContainEqual({ type: "unread", count: 2 }));
  const marks = () => asked.filter(({ what }) => what === "POST /api/v1/conversations/c-1/read");
  expect(marks()).toEqual([]);
  say({ type: "shown", isShown: true });
  await waitFor(() => expect(marks().length).toBeGreaterThan(0));
});

test("Esc asks the host to close the frame", async () => {
  fakeApi(API);
  const { host, heard, say } = greeted();
  const person = open(host);
  say({ type: "token", token: token(300) });
  await screen.findByText("Hi Ada, this is Maya.");
  await person.keyboard("{Escape}");
  await waitFor(() => expect(heard).toContainEqual({ type: "close" }));
});

test("a page opened by itself says what it is for", () => {
  const { window, host } = frame();
  Object.assign(window, { parent: window });
  open(host);
  expect(screen.getByRole("heading", { name: "Nothing to show here" })).toBeVisible();
});
