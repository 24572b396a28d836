import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, never, page, problem } from "@/test/fake-api";
import { FakeEventSource } from "@/test/fake-event-source";
import { BEN, LUIS, makeMessage, makeSession, makeWorkItem } from "@/test/makers";
import { accessibilityProblems, openPage } from "@/test/open-page";

const ADAS = makeWorkItem();
const LUISES = makeWorkItem({ id: "w-2", record: LUIS, text: "Hi Luis, any questions?" });
const APPROVE = "POST /api/v1/work-items/w-1/approve";

function workListOf(...items: (typeof ADAS)[]) {
  return {
    "GET /api/v1/work-items": () => page(items),
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
    "GET /api/v1/conversations/c-1/messages": () => page([makeMessage()]),
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

test("approving sends the text as edited and goes on to the next item", async () => {
  const asked = fakeApi({
    ...workListOf(ADAS, LUISES),
    [APPROVE]: () => json({ ...ADAS, status: "approved", decided_by: BEN }),
  });
  const { person } = openPage("/work");
  await person.type(await editor(), " 👍");
  expect(screen.getByText(/31 characters · 1 segment · UCS-2 because of “👍”/)).toBeVisible();
  await person.click(button("Approve"));

  await heading("Luis Ferreira");
  expect(await editor()).toHaveValue("Hi Luis, any questions?");
  expect(await editor()).toHaveFocus();
  expect(screen.getByText("Ada Moreno: approved. Up next:")).toBeVisible();
  expect(asked.find(({ what }) => what === APPROVE)?.body).toEqual({
    text: "Hi Ada, shall we book a call? 👍",
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

test("skipping takes a reason and goes on to the next item", async () => {
  const skip = "POST /api/v1/work-items/w-1/skip";
  const asked = fakeApi({
    ...workListOf(ADAS, LUISES),
    [skip]: () => json({ ...ADAS, status: "skipped" }),
  });
  const { person } = openPage("/work");
  await editor();
  await person.click(button("Skip"));
  await person.type(screen.getByRole("textbox", { name: /Why skip it/ }), "She called us{Enter}");
  await heading("Luis Ferreira");
  expect(asked.find(({ what }) => what === skip)?.body).toEqual({ reason: "She called us" });
});

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
    "GET /api/v1/session": () => json(makeSession("sales_manager")),
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
  expect(screen.queryByRole("radio", { name: "Mine" })).not.toBeInTheDocument();
});
