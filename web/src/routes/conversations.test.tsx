import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, messagePage, never, page, problem } from "@/test/fake-api";
import { FakeEventSource } from "@/test/fake-event-source";
import { LUIS, MAYA, makeConversation, makeMessage, makeRecord, makeSession, WELCOME } from "@/test/makers";
import { accessibilityProblems, openPage } from "@/test/open-page";

const MESSAGES = "GET /api/v1/conversations/c-1/messages";
const SEND = "POST /api/v1/conversations/c-1/messages";

function conversationOf(...newestFirst: ReturnType<typeof makeMessage>[]) {
  return {
    "GET /api/v1/conversations": () => page([makeConversation()]),
    "GET /api/v1/conversations/c-1": () => json(makeConversation()),
    [MESSAGES]: () => messagePage(newestFirst),
  };
}

const LAST = { body: "", is_erased: false, status: "delivered", created_at: "2026-03-02T10:00:00Z" } as const;

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
    "Hi Ada, this is Maya.Automated · Welcome a new lead, hello10:00 AM DeliveredWhy?",
    "Who is this?10:00 AM",
    "Shall I call?The carrier refused the wording. (30007)You9:00 AM FailedWhy?",
    expect.stringMatching(
      /^Good night!Waits until .*8:00 AM\. It is 22:14 for the customer; texts go out from 08:00\.Ben Halloran10:14 PM WaitingWhy\?Take back and changeCancel this text$/,
    ),
  ]);
  // the first two are of one day, the others of the next
  expect(within(log).getAllByRole("listitem")).toHaveLength(6);
  expect(await accessibilityProblems()).toEqual([]);
});

test("a text that waits for a person promises no time, and says what it waits for", async () => {
  fakeApi(
    conversationOf(
      makeMessage({
        status: "held",
        held_for: "consent",
        held_until: null,
        held_reason: "Nothing leaves until somebody has answered the question.",
      }),
    ),
  );
  openPage("/conversations/c-1");
  const text = await screen.findByRole("article", { name: "Our text" });
  expect(text).toHaveTextContent("Nothing leaves until somebody has answered the question.");
  expect(text).not.toHaveTextContent("Waits until");
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
      url.searchParams.get("after") === "older"
        ? messagePage([older])
        : messagePage([makeMessage()], [], "older"),
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

test("who sends by the button can type the next text", async () => {
  fakeApi({ ...conversationOf(), [SEND]: () => json(makeMessage({ body: "Hello Ada" }), 201) });
  const { person } = openPage("/conversations/c-1");
  await person.type(await composer(), "Hello Ada");
  screen.getByRole("button", { name: "Send" }).focus();
  await person.keyboard("{Enter}");
  await waitFor(async () => expect(await composer()).toHaveValue(""));
  expect(await composer()).toHaveFocus();
});

test("why a text was not sent is gone as soon as it is another one", async () => {
  fakeApi({ ...conversationOf(), [SEND]: () => problem(422, "text-refused", "This link is not allowed.") });
  const { person } = openPage("/conversations/c-1");
  await person.type(await composer(), "Hello Ada");
  await person.keyboard("{Control>}{Enter}{/Control}");
  expect(await screen.findByRole("alert")).toHaveTextContent("This text was not sent");
  await person.type(await composer(), "!");
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
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
  expect(sent.map(({ body }) => body)).toEqual([
    { text: "Hello Ada", may_wait: false },
    { text: "Hello Ada", may_wait: false },
  ]);
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

test("of a person who was erased there are neither words nor anybody to write to", async () => {
  const gone = makeConversation({ customer_number: "erased", is_erased: true });
  const last = makeMessage({ body: "", is_erased: true });
  fakeApi({
    ...conversationOf(last),
    "GET /api/v1/conversations": () => page([{ ...gone, record: null, last_message: last }]),
    "GET /api/v1/conversations/c-1": () => json(gone),
  });
  openPage("/conversations/c-1");
  expect(await screen.findByText("This person was erased: there is nobody to write to.")).toBeVisible();
  expect(screen.queryByRole("textbox", { name: "Write a text" })).not.toBeInTheDocument();
  expect(await screen.findByRole("link", { name: /^\(erased\).*Us: \(erased\)/ })).toBeVisible();
  expect(within(screen.getByRole("article", { name: "Our text" })).getByText("(erased)")).toBeVisible();
});

test("who reads a conversation that their roles do not reach to write into is told so", async () => {
  fakeApi({
    ...conversationOf(makeMessage()),
    "GET /api/v1/conversations/c-1": () => json(makeConversation({ may_append_to: false })),
  });
  openPage("/conversations/c-1");
  expect(await screen.findByText("Your roles do not let you write in this conversation.")).toBeVisible();
  expect(screen.queryByRole("textbox", { name: "Write a text" })).not.toBeInTheDocument();
  expect(await accessibilityProblems()).toEqual([]);
});

test.each([
  ["message", "create"],
  ["message", "append"],
] as const)("who reads a conversation without %s.%s is told that they may not write", async (entity, privilege) => {
  const session = makeSession();
  const privileges = session.privileges.filter((one) => one.entity !== entity || one.privilege !== privilege);
  fakeApi({
    ...conversationOf(makeMessage()),
    "GET /api/v1/session": () => json({ ...session, privileges }),
  });
  openPage("/conversations/c-1");
  expect(await screen.findByText("Your roles do not let you write texts.")).toBeVisible();
  expect(screen.queryByRole("textbox", { name: "Write a text" })).not.toBeInTheDocument();
  expect(await accessibilityProblems()).toEqual([]);
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

const PREVIEW = "POST /api/v1/conversations/c-1/preview";

function previewOf(preview: object = {}, outlook: object = {}) {
  return json({
    text: "Hello",
    problems: [],
    segments: { encoding: "GSM-7", units: 5, segments: 1, forced_by: null, forced_at: null },
    outlook: {
      may: "now",
      why: null,
      next_allowed: null,
      next_allowed_local: null,
      zones: ["America/New_York"],
      ...outlook,
    },
    ...preview,
  });
}

test("the character that makes a text UCS-2 can be pointed at", async () => {
  fakeApi(conversationOf());
  const { person } = openPage("/conversations/c-1");
  await person.type(await composer(), "Fine 👍 with us");
  await person.click(screen.getByRole("button", { name: "“👍” (character 6)" }));
  const field = (await composer()) as HTMLTextAreaElement;
  expect(field).toHaveFocus();
  expect([field.selectionStart, field.selectionEnd]).toEqual([5, 7]);
});

test("before it is sent, a text is shown as the customer will read it, and what is wrong with it", async () => {
  const handlers = {
    ...conversationOf(),
    [PREVIEW]: () => previewOf({ text: "Hello Ada" }),
  };
  fakeApi(handlers);
  const { person } = openPage("/conversations/c-1");
  await person.type(await composer(), "Hello {{{{ record.first_name }}");
  expect(await screen.findByText("Hello Ada")).toBeVisible();

  handlers[PREVIEW] = () => previewOf({ problems: ["There is no field record.name."] });
  await person.type(await composer(), "!");
  expect(await screen.findByText("There is no field record.name.")).toBeVisible();
});

test("a text begins with a template's words, and says which template it was", async () => {
  const asked = fakeApi({
    ...conversationOf(),
    "GET /api/v1/templates": () =>
      page([{ id: "t-1", name: "Book a call", variants: { de: "Hallo!", en: "Hi!" } }]),
    [SEND]: () => json(makeMessage(), 201),
  });
  const { person } = openPage("/conversations/c-1");
  await person.click(await screen.findByRole("button", { name: "Template" }));
  await person.click(await screen.findByRole("button", { name: /Book a call \(en\)/ }));
  expect(await composer()).toHaveValue("Hi!");
  await person.click(screen.getByRole("button", { name: "Send" }));
  await waitFor(async () => expect(await composer()).toHaveValue(""));
  const sent = asked.find(({ what }) => what === SEND);
  expect(sent?.body).toEqual({ text: "Hi!", may_wait: false, template_id: "t-1" });
});

test("a text leaves from the number that is chosen", async () => {
  const sender = { is_own: true, is_up: true, can_mms: true };
  const asked = fakeApi({
    ...conversationOf(),
    "GET /api/v1/conversations/c-1/senders": () =>
      json([
        { ...sender, id: "n-1", e164: "+12025550143", is_default_here: true },
        { ...sender, id: "n-2", e164: "+12025550144", is_default_here: false, is_own: false },
      ]),
    [SEND]: () => json(makeMessage(), 201),
  });
  const { person } = openPage("/conversations/c-1");
  await person.click(await screen.findByRole("combobox", { name: "Send from" }));
  await person.click(await screen.findByRole("option", { name: /0144 \(shared\)/ }));
  await person.type(await composer(), "Hello");
  await person.click(screen.getByRole("button", { name: "Send" }));
  await waitFor(async () => expect(await composer()).toHaveValue(""));
  const sent = asked.find(({ what }) => what === SEND);
  expect(sent?.body).toEqual({ text: "Hello", may_wait: false, phone_number_id: "n-2" });
});

test("a text is scheduled by the customer's clock", async () => {
  const asked = fakeApi({
    ...conversationOf(),
    [PREVIEW]: () => previewOf({}, { may: "later", next_allowed: "2030-01-02T14:00:00Z" }),
    [SEND]: () => json(makeMessage({ status: "held" }), 201),
  });
  const { person } = openPage("/conversations/c-1");
  await person.type(await composer(), "Hello");
  await person.click(screen.getByRole("button", { name: "Schedule…" }));
  const dialog = await screen.findByRole("dialog", { name: "Schedule this text" });
  const when = within(dialog).getByLabelText("When it leaves, by the customer's clock");
  expect(within(dialog).getByText("America/New York")).toBeVisible();
  await person.clear(when);
  await person.type(when, "2030-01-02T09:00");
  expect(await within(dialog).findByText(/On your clock it leaves/)).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(within(dialog).getByRole("button", { name: "Schedule" }));
  await waitFor(async () => expect(await composer()).toHaveValue(""));
  const sent = asked.find(({ what }) => what === SEND);
  expect(sent?.body).toEqual({ text: "Hello", may_wait: false, send_at_local: "2030-01-02T09:00" });
});

test("a time that the customer's hours forbid is scheduled for when they allow it", async () => {
  const asked = fakeApi({
    ...conversationOf(),
    [PREVIEW]: () =>
      previewOf(
        {},
        {
          may: "later",
          why: "It is 23:30 for the customer.",
          next_allowed: "2030-01-03T13:00:00Z",
          next_allowed_local: "2030-01-03T08:00:00",
        },
      ),
    [SEND]: () => json(makeMessage({ status: "held" }), 201),
  });
  const { person } = openPage("/conversations/c-1");
  await person.type(await composer(), "Hello");
  await person.click(screen.getByRole("button", { name: "Schedule…" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Schedule this text" }));
  expect(await dialog.findByText("It is 23:30 for the customer.")).toBeVisible();
  await person.click(dialog.getByRole("button", { name: /^Schedule for .*1:00/ }));
  await waitFor(async () => expect(await composer()).toHaveValue(""));
  const sent = asked.find(({ what }) => what === SEND);
  expect(sent?.body).toEqual({ text: "Hello", may_wait: false, send_at_local: "2030-01-03T08:00:00" });
});

test("a text that was scheduled for a forbidden time is not said to be forbidden now", async () => {
  fakeApi({
    ...conversationOf(),
    [PREVIEW]: () => previewOf({}, { may: "later", next_allowed: "2030-01-02T14:00:00Z" }),
    [SEND]: () =>
      problem(409, "quiet-hours", "Not at that time: it is 23:30.", {
        next_allowed: "2030-01-03T13:00:00Z",
      }),
  });
  const { person } = openPage("/conversations/c-1");
  await person.type(await composer(), "Hello");
  await person.click(screen.getByRole("button", { name: "Schedule…" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Schedule this text" }));
  await person.click(await dialog.findByRole("button", { name: "Schedule" }));
  expect(await screen.findByText("The customer's hours forbid that time")).toBeVisible();
});

test("a text that the customer's hours forbid can wait until they allow it", async () => {
  const refusal = {
    type: "urn:touchline:problem:quiet-hours",
    title: "quiet-hours",
    status: 409,
    detail: "It is 23:00 for the customer.",
    next_allowed: "2030-01-02T13:00:00Z",
  };
  const handlers = { ...conversationOf(), [SEND]: () => json(refusal, 409) };
  const asked = fakeApi(handlers);
  const { person } = openPage("/conversations/c-1");
  await person.type(await composer(), "Hello");
  await person.click(screen.getByRole("button", { name: "Send" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("It is 23:00 for the customer.");
  handlers[SEND] = () => json(makeMessage({ status: "held" }), 201);
  await person.click(screen.getByRole("button", { name: /^Schedule for .*1:00/ }));
  await waitFor(async () => expect(await composer()).toHaveValue(""));
  const sent = asked.filter(({ what }) => what === SEND).map(({ body }) => body);
  expect(sent.at(-1)).toEqual({ text: "Hello", may_wait: true });
});

test("a text for which no hour is allowed is offered no time to leave at", async () => {
  const none = "No hour of the week is allowed in all time zones this customer may be in.";
  fakeApi({ ...conversationOf(), [SEND]: () => problem(409, "quiet-hours", none, { next_allowed: null }) });
  const { person } = openPage("/conversations/c-1");
  await person.type(await composer(), "Hello");
  await person.click(screen.getByRole("button", { name: "Send" }));
  expect(await screen.findByRole("alert")).toHaveTextContent(none);
  expect(screen.queryByRole("button", { name: /^Schedule for/ })).toBeNull();
});

test("while a colleague writes, one is asked before one sends", async () => {
  const asked = fakeApi({ ...conversationOf(), [SEND]: () => json(makeMessage(), 201) });
  const { person } = openPage("/conversations/c-1");
  await person.type(await composer(), "Hello");
  const typing = { id: "c-1", user_id: "u-ben", name: "Ben Halloran", is_typing: true };
  FakeEventSource.current.send("conversation.typing", { ...typing, user_id: MAYA.id, name: "Maya" });
  FakeEventSource.current.send("conversation.typing", typing);
  expect(await screen.findByText("Ben Halloran is answering")).toBeVisible();
  await person.click(screen.getByRole("button", { name: "Send" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Ben Halloran is answering");
  expect(asked.filter(({ what }) => what === SEND)).toHaveLength(0);
  await person.click(screen.getByRole("button", { name: "Send anyway" }));
  await waitFor(() => expect(asked.filter(({ what }) => what === SEND)).toHaveLength(1));
});

test("if somebody spoke since one began to write, one is asked before one sends", async () => {
  const handlers = {
    ...conversationOf(makeMessage()),
    [SEND]: () =>
      problem(409, "spoken-meanwhile", "Ben answered 4 s ago. Look first; leave it out.", {
        why: "Ben answered 4 s ago.",
        texts: ["m-2"],
      }),
  };
  const asked = fakeApi(handlers);
  const { person } = openPage("/conversations/c-1");
  await screen.findByText("Hi Ada, this is Maya.");
  await person.type(await composer(), "Hello");
  await person.click(screen.getByRole("button", { name: "Send" }));
  expect(await screen.findByText("Ben answered 4 s ago.")).toBeVisible();
  handlers[SEND] = () => json(makeMessage(), 201);
  await person.click(screen.getByRole("button", { name: "Send anyway" }));
  await waitFor(async () => expect(await composer()).toHaveValue(""));
  const sent = asked.filter(({ what }) => what === SEND).map(({ body }) => body);
  expect(sent).toEqual([
    { text: "Hello", may_wait: false, seen_message_id: "m-1" },
    { text: "Hello", may_wait: false },
  ]);
});

test("a text that waits can be cancelled, unless it has left", async () => {
  const handlers = {
    ...conversationOf(makeMessage({ status: "held" })),
    "POST /api/v1/messages/m-1/cancel": () => problem(409, "already-left", "It has left already."),
  };
  fakeApi(handlers);
  const { person } = openPage("/conversations/c-1");
  await person.click(await screen.findByRole("button", { name: "Cancel this text" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("It has left already.");

  const cancelled = makeMessage({ status: "refused", error: "Cancelled by Maya Okafor." });
  Object.assign(handlers, conversationOf(cancelled), {
    "POST /api/v1/messages/m-1/cancel": () => json(cancelled),
  });
  await person.click(screen.getByRole("button", { name: "Cancel this text" }));
  expect(await screen.findByText("Cancelled by Maya Okafor.")).toBeVisible();
});

test("why a text waits is told in order, with the rule and the customer's clock", async () => {
  fakeApi({
    ...conversationOf(makeMessage()),
    "GET /api/v1/messages/m-1/why": () =>
      json({
        message_id: "m-1",
        items: [
          {
            at: "2026-03-02T10:00:00Z",
            kind: "decision",
            sentence: "It is late for the customer.",
            rule: "quiet_hours",
            verdict: "hold",
            step_id: "hello",
            version: 3,
            actor: null,
            until: null,
            clocks: [{ zone: "America/New_York", clock: "22:00" }],
            facts: {},
          },
        ],
      }),
  });
  const { person, address } = openPage("/conversations/c-1");
  await person.click(await screen.findByRole("button", { name: "Why?" }));
  expect(address()).toBe("/conversations/c-1?why=m-1");
  const drawer = await screen.findByRole("dialog", { name: "Why this text went or did not" });
  expect(await within(drawer).findByText("It is late for the customer.")).toBeVisible();
  expect(drawer).toHaveTextContent("rule quiet hours · step hello, version 3 · 22:00 in America/New York");
  expect(await accessibilityProblems()).toEqual([]);
});

test("why is told as things stood at an instant", async () => {
  const held = {
    at: "2026-03-02T10:00:00Z",
    kind: "decision",
    sentence: "It is late for the customer.",
    rule: null,
    verdict: null,
    step_id: null,
    version: null,
    actor: null,
    until: null,
    clocks: [],
    facts: {},
  };
  const sent = { ...held, at: "2026-03-03T08:00:00Z", sentence: "It left." };
  fakeApi({
    ...conversationOf(makeMessage()),
    "GET /api/v1/messages/m-1/why": (_: Request, url: URL) => {
      const at = url.searchParams.get("at");
      const items = at === null ? [held, sent] : at === "2026-03-02T12:00:00.000Z" ? [held] : [];
      return json({ message_id: "m-1", items });
    },
  });
  const { person } = openPage("/conversations/c-1?why=m-1");
  expect(await screen.findByText("It left.")).toBeVisible();
  const when = screen.getByLabelText("As things stood at");
  await person.type(when, "2026-03-02T12:00");
  await waitFor(() => expect(screen.queryByText("It left.")).not.toBeInTheDocument());
  expect(screen.getByText("It is late for the customer.")).toBeVisible();
  await person.clear(when);
  await person.type(when, "2026-03-01T12:00");
  expect(await screen.findByText("Nothing was decided by then")).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(screen.getByRole("button", { name: "Now" }));
  expect(await screen.findByText("It left.")).toBeVisible();
});

test("a conversation that is nobody's is moved to a record, and then answered", async () => {
  const asked = fakeApi({
    ...conversationOf(),
    "GET /api/v1/session": () =>
      json(makeSession([{ entity: "conversation", privilege: "write", level: "user" }])),
    "GET /api/v1/conversations": () => page([makeConversation({ record: null })]),
    "GET /api/v1/conversations/c-1": () => json(makeConversation({ record: null })),
    "GET /api/v1/records": () => page([makeRecord({ ...LUIS })]),
    "POST /api/v1/conversations/c-1/move": () => json(makeConversation({ id: "c-2", record: LUIS })),
  });
  const { person, address } = openPage("/conversations/c-1?unassigned=1");
  expect(await screen.findByText(/belongs to no one record/)).toBeVisible();
  expect(screen.queryByRole("textbox", { name: "Write a text" })).not.toBeInTheDocument();
  await person.click(screen.getByRole("button", { name: "Move…" }));
  await person.type(await screen.findByRole("textbox", { name: "Find the record" }), "Luis");
  await person.click(await screen.findByRole("radio", { name: "Luis Ferreira" }));
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(screen.getByRole("button", { name: "Move all texts" }));
  await waitFor(() => expect(address()).toMatch(/^\/conversations\/c-2/));
  const moved = asked.find(({ what }) => what.endsWith("/move"));
  expect(moved?.body).toEqual({ record_id: "r-luis" });
  expect(asked.some(({ query }) => query.get("unassigned") === "true")).toBe(true);
});

test("the transcript is downloaded in a format and with the times of a zone, and shows the hash to check it by", async () => {
  const saved: string[] = [];
  URL.createObjectURL = () => "blob:transcript";
  URL.revokeObjectURL = (url) => void saved.push(url);
  const handlers = {
    ...conversationOf(makeMessage()),
    "GET /api/v1/session": () =>
      json(makeSession([{ entity: "transcript", privilege: "read", level: "user" }])),
    "GET /api/v1/conversations/c-1/transcript": () => problem(422, "transcript-too-long", "Too long."),
  };
  const asked = fakeApi(handlers);
  const { person } = openPage("/conversations/c-1");
  await person.click(await screen.findByRole("button", { name: "Download the transcript" }));
  await person.click(await screen.findByRole("combobox", { name: "Format" }));
  await person.click(await screen.findByRole("option", { name: "Plain text" }));
  await person.click(screen.getByRole("combobox", { name: "Times are told in" }));
  await person.click(await screen.findByRole("option", { name: "America/New_York" }));
  await person.click(screen.getByRole("button", { name: "Download" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Too long.");

  handlers["GET /api/v1/conversations/c-1/transcript"] = () =>
    new Response("Ada: hi", { headers: { "x-content-hash": "5f1e" } });
  await person.click(screen.getByRole("button", { name: "Download" }));
  expect(await screen.findByText("5f1e")).toBeVisible();
  expect(screen.getByText("touchline verify-transcript FILE")).toBeVisible();
  const { query } = asked.findLast(({ what }) => what.endsWith("/transcript")) ?? {};
  expect(query?.toString()).toBe("format=txt&zone=America%2FNew_York");
  await waitFor(() => expect(saved).toEqual(["blob:transcript"]));
  expect(await accessibilityProblems()).toEqual([]);
});

test("of two conversations under one name each says with which number it is, and no other does", async () => {
  const other = makeConversation({ id: "c-2", customer_number: "+12025550177" });
  const luises = makeConversation({ id: "c-3", record: LUIS, customer_number: "+12025550188" });
  fakeApi({ "GET /api/v1/conversations": () => page([makeConversation(), other, luises]) });
  openPage("/conversations");
  const rows = within(await screen.findByRole("list", { name: "Conversations" })).getAllByRole("link");
  const [first, second, third] = rows.map((row) => row.textContent?.replaceAll("\u00A0", " "));
  expect(first).toContain("+1 202 555 0101 · from our +1 202 555 0143");
  expect(second).toContain("+1 202 555 0177 · from our +1 202 555 0143");
  expect(third).not.toContain("+1 202 555 0188");
});

test("what a customer writes from right to left is read so, in the list, in its bubble and while one answers", async () => {
  const body = "כן, מחר בבוקר";
  const listed = [
    makeConversation({ last_message: { ...LAST, direction: "inbound", body } }),
    makeConversation({ id: "c-2", record: LUIS, last_message: { ...LAST, direction: "outbound", body } }),
  ];
  fakeApi({
    ...conversationOf(makeMessage({ direction: "inbound", body, author: null })),
    "GET /api/v1/conversations": () => page(listed),
  });
  openPage("/conversations/c-1");
  expect(await composer()).toHaveAttribute("dir", "auto");
  expect(within(await screen.findByRole("article")).getByText(body)).toHaveAttribute("dir", "auto");
  const list = within(screen.getByRole("list", { name: "Conversations" }));
  expect(list.getByText(body)).toHaveAttribute("dir", "auto");
  expect(list.getByText(`Us: \u2068${body}\u2069`)).toHaveAttribute("dir", "auto");
});
