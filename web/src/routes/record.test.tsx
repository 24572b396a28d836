import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Session, ThreadItem, TouchlineRecord } from "@/api/types";
import { fakeApi, json, never, page, problem } from "@/test/fake-api";
import { ADA, BEN, LUIS, makeConversation, makeEnrollment, makeMessage, makeRecord, makeSession, makeWorkItem, MAYA, WELCOME } from "@/test/makers";
import { makeUpNext, makeWalk } from "@/test/makers-work";
import { accessibilityProblems, openPage } from "@/test/open-page";

const AT = "2026-03-02T10:00:00Z";

const THREAD: ThreadItem[] = [
  {
    type: "note",
    id: "n-1",
    at: AT,
    record: ADA,
    note: { id: "n-1", record_id: "r-ada", body: "Prefers mornings", author: MAYA, created_at: AT },
  },
  { type: "message", id: "m-1", at: AT, record: LUIS, conversation_id: "c-1", message: makeMessage() },
  {
    type: "step",
    id: "s-1",
    at: AT,
    record: ADA,
    step: {
      enrollment_id: "e-1",
      sequence: WELCOME,
      kind: "enrolled",
      step_id: null,
      detail: null,
      until: null,
      actor: MAYA,
    },
  },
  {
    type: "work",
    id: "w-7",
    at: AT,
    record: ADA,
    work: {
      work_item_id: "w-7",
      kind: "call",
      status: "completed",
      title: "Call her",
      reason: "Reached",
      decided_by: MAYA,
    },
  },
];

/** What a salesperson's roles give for adding to a record. */
const MAY_ADD: Session["privileges"] = [
  { entity: "note", privilege: "create", level: "user" },
  { entity: "note", privilege: "append", level: "user" },
  { entity: "work_item", privilege: "create", level: "user" },
  { entity: "work_item", privilege: "append", level: "user" },
  { entity: "conversation", privilege: "write", level: "user" },
  { entity: "conversation", privilege: "append", level: "user" },
  { entity: "phone_number", privilege: "append_to", level: "user" },
];

function recordPage(thread: ThreadItem[] = THREAD) {
  return {
    "GET /api/v1/session": () => json(makeSession(MAY_ADD)),
    "GET /api/v1/records/r-ada": () => json(makeRecord({ fields: { product: "Gold" } })),
    "GET /api/v1/records/r-ada/up-next": () => json(makeUpNext()),
    "GET /api/v1/records/r-ada/thread": () => page(thread),
    "GET /api/v1/conversations": () => page([makeConversation()]),
  };
}

test("while the record is loading, its shape is shown", async () => {
  fakeApi({ "GET /api/v1/records/r-ada": never });
  openPage("/records/r-ada");
  expect(await screen.findByRole("status", { name: "Loading the record" })).toBeVisible();
});

test("a record one may not see is told in words", async () => {
  fakeApi({
    "GET /api/v1/records/r-ada": () => problem(404, "not-found", "There is no such record."),
  });
  openPage("/records/r-ada");
  expect(await screen.findByRole("alert")).toHaveTextContent("There is no such record.");
});

test("a record of which nothing is known says what to do", async () => {
  fakeApi({ ...recordPage([]), "GET /api/v1/conversations": () => page([]) });
  openPage("/records/r-ada");
  expect(await screen.findByRole("heading", { name: "Nothing is planned" })).toBeVisible();
  expect(await screen.findByRole("heading", { name: "Nothing yet" })).toBeVisible();
  expect(screen.getByRole("button", { name: "Begin a conversation" })).toBeEnabled();
});

test("who begins a conversation has the focus in its page", async () => {
  fakeApi({
    ...recordPage([]),
    "GET /api/v1/conversations": () => page([]),
    "POST /api/v1/conversations": () => json(makeConversation(), 201),
    "GET /api/v1/conversations/c-1": () => json(makeConversation()),
  });
  const { person, address } = openPage("/records/r-ada");
  (await screen.findByRole("button", { name: "Begin a conversation" })).focus();
  await person.keyboard("{Enter}");
  await waitFor(() => expect(address()).toBe("/conversations/c-1"));
  await waitFor(() => expect(screen.getByRole("main")).toHaveFocus());
});

test("with a record that has no number no conversation is begun, and one reads why", async () => {
  fakeApi({
    ...recordPage([]),
    "GET /api/v1/conversations": () => page([]),
    "GET /api/v1/records/r-ada": () => json(makeRecord({ phone: null })),
  });
  openPage("/records/r-ada");
  expect(await screen.findByText("This record has no phone number to write to.")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Begin a conversation" })).not.toBeInTheDocument();
});

/** A colleague's lead as a salesperson of the unit sees it. */
function colleagues(record: Partial<TouchlineRecord> = {}) {
  const shut = { may_append_to: false, may_read_texts: false };
  return {
    ...recordPage([]),
    "GET /api/v1/conversations": () => page([]),
    "GET /api/v1/records/r-ada": () => json(makeRecord({ ...shut, ...record })),
  };
}

test("a colleague's record says whose its texts are, and offers nothing that would be refused", async () => {
  fakeApi(colleagues());
  openPage("/records/r-ada");
  expect(await screen.findByText("Its texts are Maya Okafor’s to read.")).toBeVisible();
  expect(await screen.findByRole("heading", { name: "Nothing here is yours to read" })).toBeVisible();
  expect(screen.queryByRole("heading", { name: "Nothing yet" })).not.toBeInTheDocument();
  for (const name of ["Begin a conversation", "Follow up", "Keep the note"]) {
    expect(screen.queryByRole("button", { name })).not.toBeInTheDocument();
  }
  expect(await accessibilityProblems()).toEqual([]);
});

test.each([
  [BEN, null, false],
  [BEN, "team-1", true],
  [MAYA, null, true],
] as const)("consent is recorded by who may reach the record: of %o, team %s", async (owner, owner_team_id, isOffered) => {
  const own: Session["privileges"] = [...MAY_ADD, { entity: "consent", privilege: "create", level: "user" }];
  fakeApi({
    ...recordPage([]),
    "GET /api/v1/records/r-ada": () => json(makeRecord({ owner, owner_team_id })),
    "GET /api/v1/session": () => json(makeSession(own)),
  });
  openPage("/records/r-ada");
  await screen.findByRole("heading", { name: "Nothing yet" });
  expect(screen.queryAllByRole("button", { name: "Record consent" })).toHaveLength(isOffered ? 1 : 0);
});

test("who reads a colleague's texts and may not write them is told so", async () => {
  fakeApi(colleagues({ may_read_texts: true }));
  openPage("/records/r-ada");
  expect(await screen.findByText("Your roles do not let you begin a conversation.")).toBeVisible();
  expect(await screen.findByRole("heading", { name: "Nothing yet" })).toBeVisible();
  expect(screen.queryByRole("button", { name: "Begin a conversation" })).not.toBeInTheDocument();
});

test.each(["note", "work_item", "conversation", "phone_number"])(
  "without the privilege on %s nothing of it is offered on one's own record",
  async (entity) => {
    fakeApi({
      ...recordPage([]),
      "GET /api/v1/conversations": () => page([]),
      "GET /api/v1/session": () =>
        json(makeSession(MAY_ADD.filter((one) => one.entity !== entity || !one.privilege.startsWith("append")))),
    });
    openPage("/records/r-ada");
    expect(await screen.findByRole("heading", { name: "Nothing yet" })).toBeVisible();
    const buttons = { note: "Keep the note", work_item: "Follow up" };
    const missing = entity in buttons ? buttons[entity as keyof typeof buttons] : "Begin a conversation";
    const offered = ["Keep the note", "Follow up", "Begin a conversation"].filter(
      (name) => screen.queryByRole("button", { name }) !== null,
    );
    expect(offered).toEqual(
      ["Keep the note", "Follow up", "Begin a conversation"].filter((name) => name !== missing),
    );
  },
);

test("the thread tells texts, steps, notes and work, and names whose a text is if not the record's", async () => {
  fakeApi(recordPage());
  openPage("/records/r-ada");
  const thread = await screen.findByRole("list", { name: "Thread" });
  const entries = within(thread).getAllByRole("listitem").map((entry) => entry.textContent);
  expect(entries[0]).toMatch(/^Prefers mornings/);
  expect(entries[1]).toMatch(/^Luis Ferreira.*Hi Ada, this is Maya\./);
  expect(entries[2]).toMatch(/^Enrolled.*Welcome a new lead · Maya Okafor$/);
  expect(entries[3]).toMatch(/^Call her: marked as done: Reached/);
  expect(screen.getByText("Gold")).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
});

test("the transcript of an account is taken along with its contacts, and shows the hash to check it by", async () => {
  URL.createObjectURL = () => "blob:transcript";
  URL.revokeObjectURL = () => undefined;
  const asked = fakeApi({
    ...recordPage(),
    "GET /api/v1/records/r-ada": () => json(makeRecord({ kind: "account" })),
    "GET /api/v1/records/r-ada/transcript": () =>
      new Response("%PDF", { headers: { "x-content-hash": "5f1e" } }),
  });
  const { person } = openPage("/records/r-ada");
  await person.click(await screen.findByRole("button", { name: "Download the transcript" }));
  const dialog = await screen.findByRole("dialog", { name: "Download the transcript" });
  await person.click(within(dialog).getByRole("checkbox", { name: /its contacts/ }));
  await person.click(within(dialog).getByRole("button", { name: "Download" }));
  expect(await within(dialog).findByText("5f1e")).toBeVisible();
  const { query } = asked.find(({ what }) => what.endsWith("/transcript")) ?? {};
  expect([query?.get("format"), query?.get("family")]).toEqual(["pdf", "true"]);
  expect(await accessibilityProblems()).toEqual([]);
});

test("a note is written, and one's own is deleted in two presses", async () => {
  const asked = fakeApi({
    ...recordPage(),
    "POST /api/v1/records/r-ada/notes": () => json({}, 201),
    "DELETE /api/v1/notes/n-1": () => new Response(null, { status: 204 }),
  });
  const { person } = openPage("/records/r-ada");
  await person.type(await screen.findByRole("textbox", { name: "Write a note" }), "Has two dogs");
  await person.click(screen.getByRole("button", { name: "Keep the note" }));
  await waitFor(() =>
    expect(screen.getByRole("textbox", { name: "Write a note" })).toHaveValue(""),
  );
  expect(asked.find(({ what }) => what.endsWith("/notes"))?.body).toEqual({ body: "Has two dogs" });
  await person.click(screen.getByRole("button", { name: "Delete" }));
  await person.click(screen.getByRole("button", { name: "Delete it for good" }));
  await waitFor(() => expect(asked.some(({ what }) => what === "DELETE /api/v1/notes/n-1")).toBe(true));
});

test("what is up next is decided in place", async () => {
  const item = makeWorkItem();
  const asked = fakeApi({
    ...recordPage(),
    "GET /api/v1/records/r-ada/up-next": () => json(makeUpNext({ enrollments: [makeWalk(item)] })),
    "GET /api/v1/work-items/w-1": () => json(item),
    "POST /api/v1/work-items/w-1/approve": () => json({ ...item, status: "approved" }),
  });
  const { person } = openPage("/records/r-ada");
  await person.click(await screen.findByRole("button", { name: "Approve" }));
  await waitFor(() =>
    expect(asked.find(({ what }) => what.endsWith("/approve"))?.body).toEqual({
      text: "Hi Ada, shall we book a call?",
      seen: "seen-1",
    }),
  );
});

/** Ada in a sequence that waits. */
function waiting(): ReturnType<typeof makeWalk> {
  const walk = makeWalk(makeWorkItem());
  return {
    ...walk,
    current: {
      step_id: "pause",
      title: "Pause",
      type: "wait",
      work_item: null,
      waiting_until: "2026-03-04T10:00:00Z",
      reason: null,
    },
  };
}

const MAY_STEER = {
  "GET /api/v1/session": () =>
    json(makeSession([{ entity: "enrollment", privilege: "write", level: "user" }])),
};

test("the wait that is up next is skipped where it stands, and no other", async () => {
  let walk = waiting();
  const asked = fakeApi({
    ...recordPage(),
    ...MAY_STEER,
    "GET /api/v1/records/r-ada/up-next": () => json(makeUpNext({ enrollments: [walk] })),
    "POST /api/v1/enrollments/e-1/skip-wait": () => {
      walk = makeWalk(makeWorkItem());
      return json(makeEnrollment());
    },
    "GET /api/v1/work-items/w-1": () => json(makeWorkItem()),
  });
  const { person } = openPage("/records/r-ada");
  const skip = await screen.findByRole("button", { name: "Skip the wait" });
  expect(await accessibilityProblems()).toEqual([]);
  skip.focus();
  await person.keyboard("{Enter}");
  expect(await screen.findByRole("button", { name: "Approve" })).toBeVisible();
  expect(screen.queryByRole("button", { name: "Skip the wait" })).not.toBeInTheDocument();
  expect(asked.find(({ what }) => what.endsWith("/skip-wait"))?.body).toEqual({ step_id: "pause" });
});

test("a wait that is over by now says what the enrollment waits for instead", async () => {
  fakeApi({
    ...recordPage(),
    ...MAY_STEER,
    "GET /api/v1/records/r-ada/up-next": () => json(makeUpNext({ enrollments: [waiting()] })),
    "POST /api/v1/enrollments/e-1/skip-wait": () =>
      problem(409, "no-such-wait", "“Book” waits for its seller: decide the work item."),
  });
  const { person } = openPage("/records/r-ada");
  await person.click(await screen.findByRole("button", { name: "Skip the wait" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("“Book” waits for its seller");
});

test("who may not steer enrollments is not offered to skip a wait", async () => {
  fakeApi({
    ...recordPage(),
    "GET /api/v1/records/r-ada/up-next": () => json(makeUpNext({ enrollments: [waiting()] })),
  });
  openPage("/records/r-ada");
  expect(await screen.findByText("Pause")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Skip the wait" })).not.toBeInTheDocument();
});

test("an e-mail is written with one's own program, its subject and words filled in", async () => {
  const item = makeWorkItem({
    kind: "email",
    title: "Your bike & you",
    text: "It is ready.\nShall I keep it?",
  });
  fakeApi({
    ...recordPage(),
    "GET /api/v1/records/r-ada/up-next": () => json(makeUpNext({ enrollments: [makeWalk(item)] })),
    "GET /api/v1/work-items/w-1": () => json(item),
  });
  openPage("/records/r-ada");
  expect(await screen.findByRole("link", { name: "Write the e-mail" })).toHaveAttribute(
    "href",
    "mailto:?subject=Your%20bike%20%26%20you&body=It%20is%20ready.%0D%0AShall%20I%20keep%20it%3F",
  );
  expect(screen.getByRole("button", { name: "Mark as done" })).toBeVisible();
});

test("a move is told with both records, the inbox, or that one of them may not be seen", async () => {
  const side = { hides: null, count: 2, reason: null, moved_by: MAYA };
  const moves = [
    { ...side, source: LUIS, target: ADA },
    { ...side, source: null, target: ADA },
    { ...side, source: null, target: ADA, hides: "source" as const },
    { ...side, source: ADA, target: null, hides: "target" as const },
  ];
  fakeApi(recordPage(moves.map((move, at) => ({ type: "move", id: `v-${at}`, at: AT, record: ADA, move }))));
  openPage("/records/r-ada");
  const thread = await screen.findByRole("list", { name: "Thread" });
  const told = within(thread).getAllByRole("listitem").map((entry) => entry.textContent);
  const hidden = "a record that you may not see";
  expect(told).toEqual([
    expect.stringContaining("2 texts moved from Luis Ferreira to Ada Moreno"),
    expect.stringContaining("2 texts moved from the inbox to Ada Moreno"),
    expect.stringContaining(`2 texts moved from ${hidden} to Ada Moreno`),
    expect.stringContaining(`2 texts moved from Ada Moreno to ${hidden}`),
  ]);
});
