import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, messagePage, never, page, problem } from "@/test/fake-api";
import { FakeEventSource } from "@/test/fake-event-source";
import { FakeIntersectionObserver } from "@/test/fake-intersection-observer";
import { BEN, LUIS, makeConversation, makeMessage, makeRecord, makeSession, makeWorkItem } from "@/test/makers";
import { makeCounts, makeUpNext, makeView, makeWalk, makeWarning, WROTE } from "@/test/makers-work";
import { accessibilityProblems, openPage } from "@/test/open-page";

const ADAS = makeWorkItem();
const LUISES = makeWorkItem({ id: "w-2", record: LUIS, text: "Hi Luis, any questions?" });
const APPROVE = "POST /api/v1/work-items/w-1/approve";

function workListOf(...items: (typeof ADAS)[]) {
  return {
    "GET /api/v1/work-items": () => page(items),
    "GET /api/v1/work-items/counts": () => json(makeCounts({ open: items.length })),
    "GET /api/v1/sequences": () => page([]),
    "GET /api/v1/views": () => json({ items: [] }),
    "GET /api/v1/records/r-ada/up-next": () => json(makeUpNext()),
    "GET /api/v1/records/r-luis/up-next": () => json(makeUpNext({ record: LUIS })),
    ...Object.fromEntries(items.map((one) => [`GET /api/v1/work-items/${one.id}`, () => json(one)])),
  };
}

const editor = () => screen.findByRole("textbox", { name: "Text" });
const button = (name: string) => screen.getByRole("button", { name });
const heading = (name: string) => screen.findByRole("heading", { name });

test("while the work list is loading, its shape is shown", async () => {
  fakeApi({ "GET /api/v1/work-items": never });
  openPage("/work");
  expect(await screen.findByRole("status", { name: "Loading the work list" })).toBeVisible();
});

test("an empty work list says what to do next", async () => {
  fakeApi(workListOf());
  openPage("/work");
  await heading("Nothing to do");
  expect(screen.getByRole("link", { name: "sequence" })).toHaveAttribute("href", "/sequences");
});

test("a work list that cannot be loaded says why, and can be asked for again", async () => {
  const handlers = {
    "GET /api/v1/work-items": () => problem(503, "database-away", "The database does not answer."),
  };
  fakeApi(handlers);
  const { person } = openPage("/work");
  const note = await screen.findByRole("alert");
  expect(note).toHaveTextContent("Could not load the work list");
  expect(note).toHaveTextContent("The database does not answer.");

  Object.assign(handlers, workListOf(ADAS));
  await person.click(button("Try again"));
  expect(await screen.findByRole("list", { name: "Open work items" })).toBeVisible();
});

test("the work list shows what is due, and the first item with its filled-in text", async () => {
  fakeApi({
    ...workListOf({ ...ADAS, conversation_id: "c-1" }, LUISES),
    "GET /api/v1/conversations/c-1/messages": () => messagePage([makeMessage()]),
  });
  openPage("/work");
  expect(await editor()).toHaveValue("Hi Ada, shall we book a call?");
  const rows = within(screen.getByRole("list", { name: "Open work items" })).getAllByRole("link");
  expect(rows.map((row) => row.textContent)).toEqual([
    expect.stringMatching(/^Ada Morenooverdue .*Text to approve: Book a call · Welcome a new lead$/),
    expect.stringMatching(/^Luis Ferreira/),
  ]);
  expect(rows[0]).toHaveAttribute("aria-current", "true");
  expect(screen.getByText("29 characters · 1 segment · GSM-7")).toBeVisible();
  expect(await screen.findByText("Hi Ada, this is Maya.")).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
});

const STRANGERS = makeWorkItem({
  kind: "reply",
  title: "Answer the customer",
  text: null,
  segments: null,
  record: null,
  customer_number: "+12025550133",
  conversation_id: "c-1",
  enrollment_id: null,
  step_id: null,
  sequence: null,
});
const STRANGER = makeConversation({ record: null, customer_number: "+12025550133" });

const SHOWN = "+1\u00A0202\u00A0555\u00A00133";

function whatAStrangerWrote() {
  return {
    ...workListOf(STRANGERS),
    "GET /api/v1/session": () =>
      json(
        makeSession([
          { entity: "work_item", privilege: "write", level: "user" },
          { entity: "work_item", privilege: "create", level: "user" },
          { entity: "conversation", privilege: "write", level: "user" },
        ]),
      ),
    "GET /api/v1/conversations/c-1": () => json(STRANGER),
    "GET /api/v1/conversations/c-1/messages": () =>
      messagePage([makeMessage({ direction: "inbound", body: "Who is this?" })]),
    "GET /api/v1/records": () => page([makeRecord(LUIS)]),
  };
}

test("what somebody unknown wrote stands under their number, with the texts, and no record to open", async () => {
  fakeApi(whatAStrangerWrote());
  openPage("/work");
  await heading(SHOWN);
  const [row] = within(screen.getByRole("list", { name: "Open work items" })).getAllByRole("link");
  expect(row).toHaveTextContent(/^\+1 202 555 0133/);
  expect(await screen.findByText("Who is this?")).toBeVisible();
  expect(screen.queryByRole("link", { name: SHOWN })).toBeNull();
  expect(screen.queryByRole("button", { name: "Follow up" })).toBeNull();
  expect(button("Snooze")).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
});

test("what somebody unknown wrote is moved to a record from the work list, to be answered then", async () => {
  const move = "POST /api/v1/conversations/c-1/move";
  const handlers = {
    ...whatAStrangerWrote(),
    [move]: () => json(makeConversation({ id: "c-2", record: LUIS })),
  };
  const asked = fakeApi(handlers);
  const { person } = openPage("/work");
  await person.click(await screen.findByRole("button", { name: "Move to a record…" }));
  await person.type(await screen.findByRole("textbox", { name: "Find the record" }), "Luis");
  await person.click(await screen.findByRole("radio", { name: "Luis Ferreira" }));
  Object.assign(handlers, workListOf({ ...STRANGERS, record: LUIS, conversation_id: "c-2" }), {
    "GET /api/v1/conversations/c-2": () => json(makeConversation({ id: "c-2", record: LUIS })),
    "GET /api/v1/conversations/c-2/messages": () => messagePage([]),
    "GET /api/v1/conversations/c-2/senders": () => json([]),
  });
  await person.click(within(screen.getByRole("dialog")).getByRole("button", { name: /^Move/ }));
  expect(asked.find(({ what }) => what === move)?.body).toEqual({ record_id: "r-luis" });
  await heading("Luis Ferreira");
  expect(await screen.findByRole("textbox", { name: "Write a text" })).toBeVisible();
});

test("approving sends the text as edited and goes on to the next item", async () => {
  const asked = fakeApi({
    ...workListOf(ADAS, LUISES),
    [APPROVE]: () => json({ ...ADAS, status: "approved", decided_by: BEN }),
  });
  const { person } = openPage("/work");
  await person.type(await editor(), " 👍");
  expect(document.body).toHaveTextContent("31 characters · 1 segment · UCS-2 because of “👍”");
  await person.click(button("Approve"));

  await heading("Luis Ferreira");
  expect(await editor()).toHaveValue("Hi Luis, any questions?");
  expect(await editor()).toHaveFocus();
  expect(screen.getByText("Ada Moreno: approved. Up next:")).toBeVisible();
  expect(asked.find(({ what }) => what === APPROVE)?.body).toEqual({
    text: "Hi Ada, shall we book a call? 👍",
    seen: "seen-1",
  });
});

test("a text is approved by keyboard alone, once", async () => {
  let answers = 0;
  const asked = fakeApi({
    ...workListOf(ADAS),
    [APPROVE]: () => {
      answers += 1;
      return never();
    },
  });
  const { person } = openPage("/work");
  await person.click(await editor());
  await person.keyboard("{Control>}{Enter}{Enter}{/Control}");
  await waitFor(() => expect(answers).toBe(1));
  expect(asked.filter(({ what }) => what === APPROVE)).toHaveLength(1);
});

test.each([
  ["already-decided", "Ben Halloran has already skipped this text."],
  ["enrollment-ended", "The enrollment has ended, so nothing is sent."],
  ["opted-out", "The customer has opted out of texts."],
])("a refused approval (%s) is explained, and what was typed stays", async (kind, detail) => {
  fakeApi({ ...workListOf(ADAS, LUISES), [APPROVE]: () => problem(409, kind, detail) });
  const { person } = openPage("/work");
  await person.type(await editor(), " Or later?");
  await person.click(button("Approve"));

  const note = await screen.findByRole("alert");
  expect(note).toHaveTextContent("This text was not approved");
  expect(note).toHaveTextContent(detail);
  expect(await editor()).toHaveValue("Hi Ada, shall we book a call? Or later?");
});

test("a text without words cannot be approved", async () => {
  fakeApi(workListOf(ADAS));
  const { person } = openPage("/work");
  await person.clear(await editor());
  expect(button("Approve")).toBeDisabled();
  await person.click(button("Undo changes"));
  expect(button("Approve")).toBeEnabled();
});

test("an approved text answers the customer, so that nobody is brought to the item that asks for an answer", async () => {
  const ada = { ...ADAS, conversation_id: "c-1" };
  const reply = makeWorkItem({ id: "w-3", kind: "reply", conversation_id: "c-1" });
  fakeApi({
    ...workListOf(ada, reply, LUISES),
    [APPROVE]: () => json({ ...ada, status: "approved", decided_by: BEN }),
  });
  const { person, address } = openPage("/work");
  await editor();
  await person.click(button("Approve"));
  await heading("Luis Ferreira");
  expect(address()).toBe("/work?item=w-2");
});

test("skipping takes a reason and goes on to the next item", async () => {
  const skip = "POST /api/v1/work-items/w-1/skip";
  const asked = fakeApi({
    ...workListOf(ADAS, LUISES),
    [skip]: () => json({ ...ADAS, status: "skipped" }),
  });
  const { person } = openPage("/work");
  await editor();
  await person.click(button("Skip"));
  await person.keyboard("{Escape}");
  expect(button("Skip")).toHaveFocus();
  await person.click(button("Skip"));
  await person.type(screen.getByRole("textbox", { name: /Why skip it/ }), "She called us{Enter}");
  await heading("Luis Ferreira");
  expect(asked.find(({ what }) => what === skip)?.body).toEqual({ reason: "She called us" });
});

test.each(["call", "task", "email", "follow_up"] as const)(
  "skipping an item that is a %s asks why first, beginning with what was noted",
  async (kind) => {
    const item = makeWorkItem({ kind });
    const skip = "POST /api/v1/work-items/w-1/skip";
    const asked = fakeApi({ ...workListOf(item, LUISES), [skip]: () => json({ ...item, status: "skipped" }) });
    const { person } = openPage("/work");
    await person.type(await screen.findByRole("textbox", { name: /Note/ }), "She called");
    await person.click(button("Skip"));
    const reason = screen.getByRole("textbox", { name: /Why skip it/ });
    expect(reason).toHaveFocus();
    expect(reason).toHaveValue("She called");
    expect(await accessibilityProblems()).toEqual([]);
    await person.keyboard("{Escape}");
    expect(reason).not.toBeInTheDocument();
    expect(button("Skip")).toHaveFocus();
    expect(asked.some(({ what }) => what === skip)).toBe(false);
    await person.click(button("Skip"));
    await person.keyboard(" us{Enter}");
    await heading("Luis Ferreira");
    expect(asked.find(({ what }) => what === skip)?.body).toEqual({ reason: "She called us" });
  },
);

test("what is being written stays in hand while the list changes around it", async () => {
  const handlers = workListOf(ADAS);
  fakeApi(handlers);
  const { person } = openPage("/work");
  await person.type(await editor(), " Tomorrow?");

  Object.assign(handlers, workListOf(LUISES, ADAS));
  FakeEventSource.current.send("work_item.changed");
  await screen.findByText("Luis Ferreira");
  expect(await editor()).toHaveValue("Hi Ada, shall we book a call? Tomorrow?");
});

test.each([
  ["failed_text", "This text did not reach the customer", "This number cannot receive texts."],
  ["uncertain_text", "Nobody can say whether this text went out", "The provider lost its answer."],
] as const)("a %s says what happened and is marked as done", async (kind, title, reason) => {
  const item = makeWorkItem({ kind, reason });
  const complete = "POST /api/v1/work-items/w-1/complete";
  const handlers = {
    ...workListOf(item),
    [complete]: () => {
      Object.assign(handlers, workListOf());
      return json({ ...item, status: "completed" });
    },
  };
  const asked = fakeApi(handlers);
  const { person } = openPage("/work");
  expect(await screen.findByText(title)).toBeVisible();
  expect(screen.getByText(reason)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Skip" })).not.toBeInTheDocument();

  await person.type(screen.getByRole("textbox", { name: /Note/ }), "Called instead");
  await person.click(button("Mark as done"));
  await heading("Nothing to do");
  expect(asked.find(({ what }) => what === complete)?.body).toEqual({ note: "Called instead" });
});

test("a link to an item that is decided says by whom", async () => {
  const item = makeWorkItem({
    status: "skipped",
    reason: "She called us",
    decided_by: BEN,
    decided_at: "2026-03-02T10:00:00Z",
  });
  fakeApi({ ...workListOf(LUISES), "GET /api/v1/work-items/w-1": () => json(item) });
  const { person } = openPage("/work?item=w-1");
  const note = await screen.findByRole("alert");
  expect(note).toHaveTextContent("This was skipped");
  expect(note).toHaveTextContent("By Ben Halloran");
  await person.click(button("Go to the next"));
  expect(await editor()).toHaveValue("Hi Luis, any questions?");
});

test("a decision made elsewhere is told as it happens, and what one typed stays to be read", async () => {
  let item = ADAS;
  fakeApi({ ...workListOf(ADAS, LUISES), "GET /api/v1/work-items/w-1": () => json(item) });
  const { person } = openPage("/work");
  await person.type(await editor(), " Or later?");
  item = makeWorkItem({ status: "skipped", decided_by: BEN, decided_at: "2026-03-02T10:00:00Z" });
  FakeEventSource.current.send("work_item.changed");

  expect(await screen.findByRole("alert")).toHaveTextContent("This was skippedBy Ben Halloran");
  expect(screen.getByRole("textbox", { name: "What you had typed" })).toHaveValue(
    "Hi Ada, shall we book a call? Or later?",
  );
  expect(await accessibilityProblems()).toEqual([]);
});

test("the news of one's own approval may come before its answer", async () => {
  const approved = makeWorkItem({ status: "approved", decided_at: "2026-03-02T10:00:00Z" });
  let item = ADAS;
  const answer = Promise.withResolvers<Response>();
  const asked = fakeApi({
    ...workListOf(ADAS, LUISES),
    "GET /api/v1/work-items/w-1": () => json(item),
    [APPROVE]: () => {
      item = approved;
      return answer.promise;
    },
  });
  const { person } = openPage("/work");
  await person.type(await editor(), " Or later?");
  await person.click(button("Approve"));
  const readings = () => asked.filter(({ what }) => what === "GET /api/v1/work-items/w-1").length;
  const before = readings();
  FakeEventSource.current.send("work_item.changed");
  await waitFor(() => expect(readings()).toBeGreaterThan(before));
  expect(await editor()).toHaveValue("Hi Ada, shall we book a call? Or later?");

  answer.resolve(json(approved));
  expect(await heading("Luis Ferreira")).toBeVisible();
  expect(screen.getByText("Ada Moreno: approved. Up next:")).toBeVisible();
  expect(Object.keys(sessionStorage)).toEqual([]);
});

test("a manager sees everyone's work and may look at their own alone", async () => {
  const asked = fakeApi({
    ...workListOf(makeWorkItem({ assignee: BEN })),
    "GET /api/v1/session": () => json(makeSession([{ entity: "work_item", privilege: "read", level: "business_unit" }])),
  });
  const { person } = openPage("/work");
  expect(await screen.findByText("for Ben Halloran")).toBeVisible();
  await person.click(screen.getByRole("radio", { name: "Mine" }));
  await waitFor(() => expect(asked.at(-1)?.query.get("assignee")).toBe("me"));
});

test("a salesperson is shown their own work", async () => {
  const asked = fakeApi(workListOf(ADAS));
  openPage("/work");
  await editor();
  expect(asked.find(({ what }) => what.endsWith("/work-items"))?.query.get("assignee")).toBe("me");
  expect(screen.getByRole("radio", { name: "Mine" })).toBeChecked();
  expect(screen.queryByRole("radio", { name: "Everyone’s" })).not.toBeInTheDocument();
});

const MAY_ALL = (["read", "write", "assign", "create", "append"] as const).map((privilege) => ({
  entity: "work_item" as const,
  privilege,
  level: "user" as const,
}));

/** Ada's item as the API has it: once it has changed, it says what to who had read it before. */
function changing(text = "Hi Ada, Thursday then?") {
  let item = ADAS;
  return {
    handlers: {
      ...workListOf(ADAS),
      "GET /api/v1/work-items/w-1": (_: Request, url: URL) =>
        json({ ...item, changes: url.searchParams.get("seen") === "seen-1" ? [WROTE] : [] }),
      [APPROVE]: async (request: Request) => {
        const { seen } = (await request.json()) as { seen: string };
        const { changes, ...rest } = { ...item, changes: [WROTE] };
        return seen === item.seen
          ? json({ ...item, status: "approved" })
          : problem(409, "stale-approval", "The customer wrote again.", { changes, work_item: rest });
      },
    },
    change: () => {
      item = makeWorkItem({ text, seen: "seen-2", warnings: [makeWarning()] });
    },
  };
}

const seenIn = (asked: ReturnType<typeof fakeApi>) =>
  asked.filter(({ what }) => what === APPROVE).map(({ body }) => (body as { seen: string }).seen);

test("what changes while one reads is told, and the text goes once one has read that", async () => {
  const { handlers, change } = changing();
  const asked = fakeApi(handlers);
  const { person } = openPage("/work");
  await editor();
  change();
  FakeEventSource.current.send("work_item.changed");

  const note = await screen.findByRole("alert", { name: "This has changed since you read it" });
  expect(note).toHaveTextContent("The customer wrote again.");
  expect(await editor()).toHaveValue("Hi Ada, Thursday then?");
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(button("Approve"));
  const refused = await screen.findByRole("alert", { name: "Nothing was sent: this has changed" });
  expect(refused).toHaveFocus();
  await person.click(button("I have read it"));
  expect(refused).not.toBeInTheDocument();
  expect(await editor()).toHaveFocus();
  await person.click(button("Approve"));
  await waitFor(() => expect(seenIn(asked)).toEqual(["seen-1", "seen-2"]));
});

test("an approval that comes before the news is refused, says what changed, and keeps what one had written", async () => {
  const { handlers, change } = changing();
  const asked = fakeApi(handlers);
  const { person } = openPage("/work");
  await person.type(await editor(), " Mine.");
  change();
  await person.click(button("Approve"));

  const note = await screen.findByRole("alert", { name: "Nothing was sent: this has changed" });
  expect(note).toHaveTextContent("The customer wrote again.");
  expect(note).toHaveFocus();
  expect(await editor()).toHaveValue("Hi Ada, shall we book a call? Mine.");
  await waitFor(() => expect(note).toHaveTextContent("Hi Ada, Thursday then?"));
  expect(await accessibilityProblems()).toEqual([]);
  // to press once more is not to have read it
  await person.click(button("Approve"));
  await waitFor(() => expect(seenIn(asked)).toEqual(["seen-1", "seen-1"]));
  await person.click(await screen.findByRole("button", { name: "I have read it" }));
  await person.click(button("Approve"));
  await waitFor(() => expect(seenIn(asked)).toEqual(["seen-1", "seen-1", "seen-2"]));
  expect(asked.findLast(({ what }) => what === APPROVE)?.body).toMatchObject({
    text: "Hi Ada, shall we book a call? Mine.",
  });
});

test("what stands against a text is said before one approves it, and a placeholder left in it stops it", async () => {
  const why = "The placeholder record.fields.car has no value and no default.";
  const asks = "The customer may have withdrawn consent: somebody must say.";
  const item = makeWorkItem({
    text: "Your {{ record.fields.car }}",
    reason: why,
    warnings: [
      makeWarning({ code: "unfilled", sentence: why, about: "words", blocks: true }),
      makeWarning({ code: "leaves_later", sentence: asks }),
    ],
  });
  const asked = fakeApi(workListOf(item));
  const { person } = openPage("/work");
  const text = await editor();
  expect(screen.getAllByText(why)).toHaveLength(1);
  expect(screen.getByText(asks)).toBeVisible();
  expect(button("Approve")).toBeDisabled();
  expect(await accessibilityProblems()).toEqual([]);
  await person.type(text, "!{Control>}{Enter}{/Control}");
  expect(screen.getByText("A placeholder is not filled in.")).toBeVisible();
  expect(button("Approve")).toBeDisabled();
  expect(seenIn(asked)).toEqual([]);

  await person.clear(text);
  await person.type(text, "Your car");
  expect(screen.queryByText(why)).not.toBeInTheDocument();
  expect(screen.queryByText("A placeholder is not filled in.")).not.toBeInTheDocument();
  expect(screen.getByText(asks)).toBeVisible();
  expect(button("Approve")).toBeEnabled();
});

test("a reply is answered in place, and the next item is at hand", async () => {
  const reply = makeWorkItem({
    kind: "reply",
    text: "Is the blue one in stock?",
    conversation_id: "c-1",
    enrollment_id: null,
    step_id: null,
    why: ["The customer wrote and nobody has answered."],
  });
  const asked = fakeApi({
    ...workListOf(reply, LUISES),
    "GET /api/v1/conversations/c-1/messages": () => messagePage([makeMessage()]),
    "POST /api/v1/conversations/c-1/messages": () => json(makeMessage(), 201),
  });
  const { person } = openPage("/work");
  await person.type(await screen.findByRole("textbox", { name: "Write a text" }), "It is.");
  expect(screen.getByText("Why here: The customer wrote and nobody has answered.")).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(button("Send"));
  await heading("Luis Ferreira");
  expect(screen.getByText("Ada Moreno: marked as done. Up next:")).toBeVisible();
  const sent = asked.find(({ what }) => what === "POST /api/v1/conversations/c-1/messages");
  expect(sent?.body).toMatchObject({ text: "It is." });
});

const before = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

test("a reply that has just come is waiting since then, and overdue only after an hour", async () => {
  const reply = { ...ADAS, kind: "reply" as const, title: "Reply to answer", why: [] };
  fakeApi(
    workListOf({ ...reply, due_at: before(2) }, { ...reply, id: LUISES.id, record: LUIS, due_at: before(90) }),
  );
  const { person } = openPage("/work");
  const rows = within(await screen.findByRole("list", { name: "Open work items" })).getAllByRole("link");
  for (const row of rows) expect(row).toHaveTextContent(/waiting since/);
  const pane = await screen.findByRole("region", { name: "Up next" });
  expect(await within(pane).findByText(/· waiting since/)).toBeVisible();
  expect(within(pane).queryByText("Overdue")).not.toBeInTheDocument();
  await person.click(rows[1] as HTMLElement);
  expect(await screen.findByText("Overdue")).toBeVisible();
});

test.each(["manual_text", "reply", "call", "consent_question"] as const)(
  "the page of an opened %s has a heading of its own where the list is not shown beside it",
  async (kind) => {
    fakeApi(workListOf({ ...ADAS, kind }));
    openPage(`/work?item=${ADAS.id}`);
    // hidden at the width of a desk, where the list has the heading
    const own = await screen.findByText("Work item", { selector: "h1" });
    expect(own).toHaveClass("mantine-hidden-from-sm");
  },
);

test("filters, search, order and groups stand in the address, and the list is asked for so", async () => {
  const asked = fakeApi(workListOf(ADAS));
  const { person, address } = openPage("/work");
  await editor();
  (document.activeElement as HTMLElement).blur();
  await person.keyboard("f");
  const show = screen.getByRole("combobox", { name: "Show" });
  await waitFor(() => expect(show).toHaveFocus());
  await person.selectOptions(show, "Replies to answer");
  await person.selectOptions(screen.getByRole("combobox", { name: "Due" }), "Due now");
  await person.selectOptions(screen.getByRole("combobox", { name: "Record" }), "Contact");
  await person.selectOptions(screen.getByRole("combobox", { name: "Order" }), "By name");
  await person.click(screen.getByRole("checkbox", { name: "The other way round" }));
  await person.selectOptions(screen.getByRole("combobox", { name: "Groups" }), "Sequence");
  await person.type(screen.getByRole("textbox", { name: "Find work" }), "ada");
  await waitFor(() => expect(address()).toContain("q=ada"));
  expect(address()).toContain("show=replies&due=overdue");
  const last = asked.filter(({ what }) => what.endsWith("/work-items")).at(-1);
  expect(Object.fromEntries(last?.query ?? [])).toMatchObject({
    assignee: "me",
    status: "open",
    kind: "reply",
    due: "overdue",
    record_kind: "contact",
    sort: "record",
    descending: "true",
    group: "sequence",
    search: "ada",
  });
  expect(button("Filters (3)")).toHaveAttribute("aria-expanded", "true");
  await person.click(button("Clear"));
  await waitFor(() => expect(address()).not.toContain("show="));
});

test("what one has not opened, or follows, is asked for, kept in a view and cleared like any other filter", async () => {
  const asked = fakeApi(workListOf(ADAS));
  const { person, address } = openPage("/work");
  await editor();
  await person.click(button("Filters"));
  await person.click(screen.getByRole("checkbox", { name: "Unopened" }));
  await person.click(screen.getByRole("checkbox", { name: "Followed" }));
  await waitFor(() => expect(address()).toContain("unopened=1&followed=1"));
  for (const list of ["/work-items", "/work-items/counts"]) {
    const last = asked.filter(({ what }) => what.endsWith(list)).at(-1);
    expect(Object.fromEntries(last?.query ?? [])).toMatchObject({ unopened: "true", followed: "true" });
  }
  await person.click(button("Clear"));
  await waitFor(() => expect(address()).not.toContain("unopened"));
});

test("an item that is not in view is not noted as opened until it is", async () => {
  FakeIntersectionObserver.say(false);
  const unread = { ...ADAS, is_opened: false };
  const opened = `POST /api/v1/work-items/${ADAS.id}/opened`;
  const asked = fakeApi({ ...workListOf(unread), [opened]: () => json({ ...unread, is_opened: true }) });
  openPage("/work");
  await editor();
  document.dispatchEvent(new Event("visibilitychange"));
  expect(asked.filter(({ what }) => what === opened)).toEqual([]);
  FakeIntersectionObserver.say(true);
  await waitFor(() => expect(asked.filter(({ what }) => what === opened)).toHaveLength(1));
});

const OPENED = "POST /api/v1/work-items/w-2/opened";
const UNOPENED = "DELETE /api/v1/work-items/w-2/opened";

test("an item stands out until one opens it, which is noted once, and again when one says so", async () => {
  const unread = { ...LUISES, is_opened: false };
  const asked = fakeApi({
    ...workListOf(ADAS, unread),
    [OPENED]: () => json({ ...unread, is_opened: true }),
    [UNOPENED]: () => json(unread),
  });
  const { person } = openPage("/work");
  await editor();
  const row = screen.getByRole("link", { name: /Luis Ferreira/ });
  expect(row).toHaveTextContent(/^Unopened: Luis Ferreira/);
  expect(asked.filter(({ what }) => what.endsWith("/opened"))).toEqual([]);

  await person.click(row);
  await heading("Luis Ferreira");
  await waitFor(() => expect(row).toHaveTextContent(/^Luis Ferreira/));
  await person.click(button("Mark as unopened"));
  await waitFor(() => expect(row).toHaveTextContent(/^Unopened: Luis Ferreira/));
  expect(button("Mark as opened")).toBeVisible();
  expect(asked.filter(({ what }) => what === OPENED)).toHaveLength(1);
  expect(await accessibilityProblems()).toEqual([]);
});

test("an item is followed by keyboard, and says so in the list", async () => {
  const follow = "POST /api/v1/work-items/w-1/follow";
  const asked = fakeApi({ ...workListOf(ADAS), [follow]: () => json({ ...ADAS, is_followed: true }) });
  const { person } = openPage("/work");
  await editor();
  (document.activeElement as HTMLElement).blur();
  await person.keyboard("w");
  expect(await screen.findByRole("button", { name: "Unfollow" })).toBeVisible();
  const list = within(screen.getByRole("list", { name: "Open work items" }));
  expect(list.getByRole("link")).toHaveTextContent("Followed");
  expect(asked.some(({ what }) => what === follow)).toBe(true);
});

test("a mark that cannot be noted says why", async () => {
  fakeApi({
    ...workListOf(ADAS),
    "POST /api/v1/work-items/w-1/follow": () => problem(404, "not-found", "It is not yours any more."),
  });
  const { person } = openPage("/work");
  await editor();
  await person.click(button("Follow"));
  expect(await screen.findByRole("alert")).toHaveTextContent("It is not yours any more.");
});

test("a list that leaves something out and is empty says so", async () => {
  fakeApi(workListOf());
  openPage("/work?q=nobody");
  expect(await heading("Nothing fits")).toBeVisible();
});

test("groups have headings with how many there are", async () => {
  fakeApi({
    ...workListOf({ ...ADAS, group: "welcome" }, { ...LUISES, group: "win-back" }),
    "GET /api/v1/work-items/counts": () =>
      json(
        makeCounts({
          open: 12,
          replies: 1,
          groups: [
            { key: "welcome", label: "Welcome a new lead", count: 7 },
            { key: "win-back", label: "Win back", count: 5 },
          ],
        }),
      ),
  });
  openPage("/work?group=sequence");
  const group = await screen.findByRole("list", { name: "Welcome a new lead (7)" });
  expect(within(group).getAllByRole("link")).toHaveLength(1);
  expect(screen.getByRole("list", { name: "Win back (5)" })).toBeVisible();
  expect(screen.getByText("12 open · 1 reply")).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
});

test.each([
  ["kind", "manual_text", "Text to approve (1)"],
  ["due", "0", "Due now (1)"],
  ["record_kind", "lead", "Lead (1)"],
])("a group by %s whose key is a word of the API is called what people call it", async (group, key, name) => {
  fakeApi({
    ...workListOf({ ...ADAS, group: key }),
    "GET /api/v1/work-items/counts": () =>
      json(makeCounts({ open: 1, groups: [{ key, label: "", count: 1 }] })),
  });
  openPage(`/work?group=${group}`);
  expect(await screen.findByRole("list", { name })).toBeVisible();
});

test("an item is put off by keyboard, and the next is at hand", async () => {
  const asked = fakeApi({
    ...workListOf(ADAS, LUISES),
    "GET /api/v1/session": () => json(makeSession(MAY_ALL)),
    "POST /api/v1/work-items/w-1/snooze": () =>
      json({ ...ADAS, snoozed_until: "2030-01-01T09:00:00Z" }),
  });
  const { person } = openPage("/work");
  await editor();
  (document.activeElement as HTMLElement).blur();
  await person.keyboard("s");
  await person.click(await screen.findByRole("menuitem", { name: "For an hour" }));
  await heading("Luis Ferreira");
  expect(screen.getByText("Ada Moreno: put off. Up next:")).toBeVisible();
  const body = asked.find(({ what }) => what.endsWith("/snooze"))?.body as { until: string };
  const ahead = new Date(body.until).getTime() - Date.now();
  expect(ahead).toBeGreaterThan(59 * 60_000 - 30_000);
  expect(ahead).toBeLessThanOrEqual(3_600_000);
});

test("an item is handed over to a colleague with a note", async () => {
  const asked = fakeApi({
    ...workListOf(ADAS, LUISES),
    "GET /api/v1/session": () => json(makeSession(MAY_ALL)),
    "GET /api/v1/users": () => page([{ ...makeSession().user, ...BEN }]),
    "GET /api/v1/teams": () => page([{ id: "t-1", name: "Sellers", members: [] }]),
    "POST /api/v1/work-items/w-1/hand-over": () => json({ ...ADAS, assignee: BEN }),
  });
  const { person } = openPage("/work");
  await editor();
  await person.click(button("Hand over"));
  const dialog = await screen.findByRole("dialog", { name: "Hand over Ada Moreno" });
  const to = await within(dialog).findByRole("combobox", { name: "To" });
  expect(to).toHaveFocus();
  await within(dialog).findByRole("option", { name: "Sellers" });
  await person.selectOptions(to, "Ben Halloran");
  await person.type(within(dialog).getByRole("textbox", { name: "Note (optional)" }), "She is yours");
  await person.click(within(dialog).getByRole("button", { name: "Hand over" }));
  await heading("Luis Ferreira");
  expect(screen.getByText("Ada Moreno: handed over. Up next:")).toBeVisible();
  expect(asked.find(({ what }) => what.endsWith("/hand-over"))?.body).toEqual({
    user_id: "u-ben",
    note: "She is yours",
  });
});

test("why an item that was put off is not brought back is said", async () => {
  fakeApi({
    ...workListOf(makeWorkItem({ snoozed_until: "2100-01-01T09:00:00Z" })),
    "GET /api/v1/session": () => json(makeSession(MAY_ALL)),
    "DELETE /api/v1/work-items/w-1/snooze": () => problem(409, "already-decided", "Ben Halloran has skipped it."),
  });
  const { person } = openPage("/work");
  await person.click(await screen.findByRole("button", { name: /^Bring back now/ }));
  expect(await screen.findByRole("alert", { name: "This was not brought back" })).toHaveTextContent(
    "Ben Halloran has skipped it.",
  );
});

test("a follow-up is put on the list by hand", async () => {
  const asked = fakeApi({
    ...workListOf(ADAS),
    "GET /api/v1/session": () => json(makeSession(MAY_ALL)),
    "POST /api/v1/work-items": () => json(makeWorkItem({ id: "w-9", kind: "follow_up" }), 201),
  });
  const { person } = openPage("/work");
  await editor();
  (document.activeElement as HTMLElement).blur();
  await person.keyboard("n");
  const dialog = await screen.findByRole("dialog", { name: "Follow up on Ada Moreno" });
  await person.type(within(dialog).getByRole("textbox", { name: "What is to be done" }), "Send the offer");
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(within(dialog).getByRole("button", { name: "Put on my list" }));
  await waitFor(() => expect(dialog).not.toBeInTheDocument());
  expect(asked.find(({ what }) => what === "POST /api/v1/work-items")?.body).toMatchObject({
    record_id: "r-ada",
    kind: "follow_up",
    title: "Send the offer",
  });
});

test("a text that may withdraw consent is decided in one press", async () => {
  const question = makeWorkItem({ kind: "consent_question", text: "please not so often" });
  const asked = fakeApi({
    ...workListOf(question),
    "POST /api/v1/work-items/w-1/answer-consent": () => json({ ...question, status: "completed" }),
  });
  const { person } = openPage("/work");
  await person.click(await screen.findByRole("button", { name: "They meant something else" }));
  await waitFor(() =>
    expect(asked.find(({ what }) => what.endsWith("/answer-consent"))?.body).toEqual({ withdrawn: false }),
  );
});

test.each([
  ["manual_text", ["Approve", "Skip"]],
  ["consent_question", ["They want no more texts", "They meant something else"]],
  ["call", ["Mark as done"]],
  ["reply", ["Mark as done"]],
] as const)("a colleague's %s is read, and nothing is offered that would be refused", async (kind, decisions) => {
  const shut = { may_write: false, may_assign: false, may_append_to: false };
  fakeApi({
    ...workListOf(makeWorkItem({ ...shut, kind, assignee: BEN, text: "Please not so often" })),
    "GET /api/v1/session": () => json(makeSession(MAY_ALL)),
  });
  const { person } = openPage("/work");
  expect(await screen.findByText("It is for Ben Halloran to do: your roles let you read it.")).toBeVisible();
  expect(screen.getByText("Please not so often", { selector: "p" })).toBeVisible();
  for (const name of [...decisions, "Snooze", "Hand over", "Follow up"]) {
    expect(screen.queryByRole("button", { name })).not.toBeInTheDocument();
  }
  await person.keyboard("shn");
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  expect(await accessibilityProblems()).toEqual([]);
});

test("what one may do of one's own item about a colleague's record is offered, but no follow-up", async () => {
  fakeApi({
    ...workListOf({ ...ADAS, may_append_to: false }),
    "GET /api/v1/session": () => json(makeSession(MAY_ALL)),
  });
  openPage("/work");
  await editor();
  expect(button("Hand over")).toBeEnabled();
  expect(screen.queryByRole("button", { name: "Follow up" })).not.toBeInTheDocument();
});

test("a saved view brings its filters back, and how one looks now is kept under a name", async () => {
  const asked = fakeApi({
    ...workListOf(ADAS),
    "GET /api/v1/views": () => json({ items: [makeView()] }),
    "POST /api/v1/views": () => json(makeView(), 201),
  });
  const { person, address } = openPage("/work?due=today");
  await editor();
  await person.click(button("Views"));
  await person.click(await screen.findByRole("menuitem", { name: "Keep this view…" }));
  const dialog = await screen.findByRole("dialog", { name: "Saved views" });
  await person.type(within(dialog).getByRole("textbox", { name: "Name of this view" }), "Today");
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(within(dialog).getByRole("button", { name: "Keep it" }));
  await waitFor(() => expect(dialog).not.toBeInTheDocument());
  expect(button("Views")).toHaveFocus();
  expect(asked.find(({ what }) => what === "POST /api/v1/views")?.body).toEqual({
    list: "work_items",
    name: "Today",
    query: { assignee: "me", due: "today" },
    is_shared: false,
  });
  await person.click(button("Views"));
  await person.click(await screen.findByRole("menuitem", { name: "Only replies" }));
  await waitFor(() => expect(address()).toBe("/work?show=replies"));
});

test("below the item in hand is what came before it and what comes next", async () => {
  fakeApi({
    ...workListOf(ADAS),
    "GET /api/v1/records/r-ada/up-next": () => json(makeUpNext({ enrollments: [makeWalk(ADAS)] })),
  });
  openPage("/work");
  const steps = await screen.findByRole("list", { name: "Welcome a new lead" });
  const told = within(steps).getAllByRole("listitem").map((step) => step.textContent);
  expect(told[0]).toMatch(/^BeforeSay hello: sent.*delivered$/);
  expect(told[1]).toBe("NowBook a call");
  expect(told[2]).toBe("NextNudge2d after that");
  expect(await accessibilityProblems()).toEqual([]);
});
