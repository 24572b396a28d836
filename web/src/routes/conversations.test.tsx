import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, never, page, problem } from "@/test/fake-api";
import { FakeEventSource } from "@/test/fake-event-source";
import { MAYA, makeConversation, makeMessage, WELCOME } from "@/test/makers";
import { accessibilityProblems, openPage } from "@/test/open-page";

const MESSAGES = "GET /api/v1/conversations/c-1/messages";
const SEND = "POST /api/v1/conversations/c-1/messages";

function conversationOf(...newestFirst: ReturnType<typeof makeMessage>[]) {
  return {
    "GET /api/v1/conversations": () => page([makeConversation()]),
    "GET /api/v1/conversations/c-1": () => json(makeConversation()),
    [MESSAGES]: () => page(newestFirst),
  };
}

const composer = () => screen.findByRole("textbox", { name: "Write a text" });

test("while a conversation is loading, its shape is shown", async () => {
  fakeApi({ ...conversationOf(), [MESSAGES]: never });
  openPage("/conversations/c-1");
  expect(await screen.findByRole("status", { name: "Loading the texts" })).toBeVisible();
});

test("a conversation without texts says so", async () => {
  fakeApi(conversationOf());
  openPage("/conversations/c-1");
  expect(await screen.findByRole("heading", { name: "No texts yet" })).toBeVisible();
});

test("a conversation that cannot be loaded says why, and can be asked for again", async () => {
  const handlers = {
    ...conversationOf(makeMessage()),
    [MESSAGES]: () => problem(500, "internal-error", "Something broke on our side."),
  };
  fakeApi(handlers);
  const { person } = openPage("/conversations/c-1");
  expect(await screen.findByRole("alert")).toHaveTextContent("Something broke on our side.");

  Object.assign(handlers, conversationOf(makeMessage()));
  await person.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Hi Ada, this is Maya.")).toBeVisible();
});

test("a conversation shows its texts in order, who sent each, and what became of it", async () => {
  fakeApi(
    conversationOf(
      makeMessage({
        id: "m-4",
        body: "Good night!",
        status: "held",
        created_at: "2026-03-03T22:14:00Z",
        held_until: "2026-03-04T08:00:00Z",
        held_reason: "It is 22:14 for the customer; texts go out from 08:00.",
        author: { id: "u-ben", first_name: "Ben", last_name: "Halloran" },
      }),
      makeMessage({
        id: "m-3",
        body: "Shall I call?",
        status: "failed",
        error: "The carrier refused the wording.",
        error_code: "30007",
        author: MAYA,
        created_at: "2026-03-03T09:00:00Z",
      }),
      makeMessage({ id: "m-2", direction: "inbound", status: "received", body: "Who is this?" }),
      makeMessage({ id: "m-1", sequence: WELCOME, step_id: "hello" }),
    ),
  );
  openPage("/conversations/c-1");
  const log = await screen.findByRole("log", { name: "Texts" });
  await within(log).findByText("Who is this?");
  const texts = within(log).getAllByRole("article");
  expect(texts.map((text) => text.textContent?.replaceAll("\u202f", " "))).toEqual([
    "Hi Ada, this is Maya.Automated · Welcome a new lead, hello10:00 AM Delivered",
    "Who is this?10:00 AM",
    "Shall I call?The carrier refused the wording. (30007)You9:00 AM Failed",
    expect.stringMatching(
      /^Good night!Waits until .*8:00 AM\. It is 22:14 for the customer; texts go out from 08:00\.Ben Halloran10:14 PM Waiting$/,
    ),
  ]);
  // the first two are of one day, the others of the next
  expect(within(log).getAllByRole("listitem")).toHaveLength(6);
  expect(await accessibilityProblems()).toEqual([]);
});

test("what goes with a text is shown, to download, on its way, or not to be had", async () => {
  const media = { sha256: null, url: null, reason: null, size: null, content_type: "image/png" };
  const stored = { ...media, status: "stored" as const, size: 48_200 };
  const folder = "/api/v1/messages/m-2/media";
  fakeApi(
    conversationOf(
      makeMessage({
        id: "m-2",
        direction: "inbound",
        status: "received",
        body: "",
        media: [
          { ...stored, url: `${folder}/0` },
          { ...stored, url: `${folder}/1`, content_type: "application/pdf" },
          { ...media, status: "waiting" },
          { ...media, status: "refused", reason: "It is gone." },
        ],
      }),
    ),
  );
  openPage("/conversations/c-1");
  const picture = await screen.findByRole("img", { name: "Picture (image/png, 49 KB)" });
  expect(picture).toHaveAttribute("src", `${folder}/0`);
  const file = screen.getByRole("link", { name: "File (application/pdf, 49 KB)" });
  expect(file).toHaveAttribute("href", `${folder}/1`);
  expect(screen.getByText("Picture on its way…")).toBeVisible();
  expect(screen.getByText("Picture not available. It is gone.")).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
});

test("a new text appears by itself", async () => {
  const handlers = conversationOf(makeMessage());
  fakeApi(handlers);
  openPage("/conversations/c-1");
  await screen.findByText("Hi Ada, this is Maya.");

  const answer = makeMessage({ id: "m-2", direction: "inbound", status: "received", body: "Hello!" });
  Object.assign(handlers, conversationOf(answer, makeMessage()));
  FakeEventSource.current.send("message.changed");
  expect(await screen.findByText("Hello!")).toBeVisible();
});

test("older texts are shown on demand, before the newer ones", async () => {
  const older = makeMessage({ id: "m-0", body: "The very first" });
  fakeApi({
    ...conversationOf(),
    [MESSAGES]: (_: Request, url: URL) =>
      url.searchParams.get("after") === "older" ? page([older]) : page([makeMessage()], "older"),
  });
  const { person } = openPage("/conversations/c-1");
  await person.click(await screen.findByRole("button", { name: "Show older texts" }));
  await screen.findByText("The very first");
  const texts = screen.getAllByRole("article").map((text) => text.textContent);
  expect(texts).toEqual([
    expect.stringContaining("The very first"),
    expect.stringContaining("Hi Ada, this is Maya."),
  ]);
});

test("a text is sent once, also when the first answer is lost and it is tried again", async () => {
  const handlers = {
    ...conversationOf(),
    [SEND]: () => Response.error() as Response,
  };
  const asked = fakeApi(handlers);
  const { person } = openPage("/conversations/c-1");
  await person.type(await composer(), "Hello Ada");
  await person.keyboard("{Control>}{Enter}{/Control}");
  expect(await screen.findByRole("alert")).toHaveTextContent("This text was not sent");
  expect(await composer()).toHaveValue("Hello Ada");

  handlers[SEND] = () => json(makeMessage({ body: "Hello Ada" }), 201);
  await person.click(screen.getByRole("button", { name: "Send" }));
  await waitFor(async () => expect(await composer()).toHaveValue(""));
  const sent = asked.filter(({ what }) => what === SEND);
  const keys = sent.map(({ request }) => request.headers.get("idempotency-key"));
  expect(sent.map(({ body }) => body)).toEqual([{ text: "Hello Ada" }, { text: "Hello Ada" }]);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[1]).toBe(keys[0]);
});

test("nothing can be written to a customer who opted out", async () => {
  fakeApi({
    ...conversationOf(makeMessage()),
    "GET /api/v1/conversations/c-1": () => json(makeConversation({ is_opted_out: true })),
  });
  openPage("/conversations/c-1");
  expect(await screen.findByText(/Ada Moreno asked for no more texts/)).toBeVisible();
  expect(screen.queryByRole("textbox", { name: "Write a text" })).not.toBeInTheDocument();
});

test("a conversation that is looked at is marked as read", async () => {
  const read = "POST /api/v1/conversations/c-1/read";
  let unread_count = 2;
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const asked = fakeApi({
    ...conversationOf(makeMessage()),
    "GET /api/v1/conversations": () => page([makeConversation({ unread_count })]),
    "GET /api/v1/conversations/c-1": () => json(makeConversation({ unread_count })),
    [read]: async () => {
      await answered;
      unread_count = 0;
      return new Response(null, { status: 204 });
    },
  });
  openPage("/conversations/c-1");
  expect(await screen.findByLabelText("2 unread texts")).toBeVisible();
  answer();
  await waitFor(() => expect(screen.queryByLabelText("2 unread texts")).not.toBeInTheDocument());
  expect(asked.filter(({ what }) => what === read)).toHaveLength(1);
});

test("the transcript can be downloaded in three formats", async () => {
  fakeApi(conversationOf(makeMessage()));
  const { person } = openPage("/conversations/c-1");
  await person.click(await screen.findByRole("button", { name: "Download the transcript" }));
  const links = await screen.findAllByRole("menuitem");
  expect(links.map((link) => link.getAttribute("href"))).toEqual(
    ["txt", "csv", "json"].map((format) => `/api/v1/conversations/c-1/transcript?format=${format}`),
  );
});
