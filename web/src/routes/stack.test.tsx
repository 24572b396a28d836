import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { WorkItemInHand } from "@/api/types";
import { fakeApi, json, never, problem } from "@/test/fake-api";
import { FakeEventSource } from "@/test/fake-event-source";
import { LUIS, makeWorkItem } from "@/test/makers";
import { makeWarning, WROTE } from "@/test/makers-work";
import { accessibilityProblems, openPage } from "@/test/open-page";

const STACK = "GET /api/v1/work-items/stack";
const APPROVE = "POST /api/v1/work-items/approvals";
const UNDO = "POST /api/v1/work-items/approvals/undo";

const ADAS = makeWorkItem();
const LUISES = makeWorkItem({
  id: "w-2",
  record: LUIS,
  text: "Hi Luis, shall we book a call?",
  seen: "seen-luis",
  warnings: [makeWarning()],
});
const DEAR = makeWarning({
  code: "unicode",
  sentence: "It takes 2 segments to send instead of 1.",
  about: "cost",
});

/** The API's stack: what is approved is no longer in it until it is taken back. */
function stackOf(...items: WorkItemInHand[]) {
  const gone = new Set<string>();
  return {
    [STACK]: () =>
      json({ items: items.filter(({ id }) => !gone.has(id)), more: 3, undo_seconds: 10 }),
    [APPROVE]: async (request: Request) => {
      const { items: approved } = (await request.json()) as { items: { id: string }[] };
      for (const { id } of approved) gone.add(id);
      const results = approved.map(({ id }) => ({ id, outcome: "leaving", problem: null, work_item: null }));
      return json({ leaves_at: "2030-01-01T00:00:00Z", results });
    },
    [UNDO]: async (request: Request) => {
      const { ids } = (await request.json()) as { ids: string[] };
      for (const id of ids) gone.delete(id);
      return json({ undone: ids, too_late: [] });
    },
  };
}

const card = (name: string) => screen.findByRole("article", { name });

test("while the stack is loading, its shape is shown", async () => {
  fakeApi({ [STACK]: never });
  openPage("/work/stack?like=w-1");
  expect(await screen.findByRole("status", { name: "Loading the texts" })).toBeVisible();
});

test("a stack that cannot be loaded says why", async () => {
  fakeApi({ [STACK]: () => problem(404, "not-found", "There is no such work item.") });
  openPage("/work/stack?like=w-1");
  expect(await screen.findByRole("alert")).toHaveTextContent("There is no such work item.");
});

test("an empty stack, and one of no text, lead back to the work list", async () => {
  fakeApi(stackOf());
  openPage("/work/stack?like=w-1");
  expect(await screen.findByRole("heading", { name: "Nothing is left in this stack" })).toBeVisible();
  openPage("/work/stack");
  expect(await screen.findByRole("heading", { name: "No text was chosen" })).toBeVisible();
});

test("each text has its own warnings, and one that somebody must look at is not chosen by itself", async () => {
  fakeApi(stackOf({ ...ADAS, warnings: [DEAR] }, LUISES));
  openPage("/work/stack?like=w-1");
  const luis = await card("Luis Ferreira");
  expect(luis).toHaveTextContent("The customer wrote since this was offered.");
  expect(within(luis).getByRole("checkbox")).not.toBeChecked();
  expect(within(await card("Ada Moreno")).getByRole("checkbox")).toBeChecked();
  expect(screen.getByText("2 texts to approve, and 3 more after these")).toBeVisible();
  expect(screen.getByRole("button", { name: "Approve 1 chosen" })).toBeEnabled();
  expect(await accessibilityProblems()).toEqual([]);
});

test("by keyboard: one is approved, the next is at hand, and z takes it back", async () => {
  const asked = fakeApi(stackOf(ADAS, LUISES));
  const { person } = openPage("/work/stack?like=w-1");
  await card("Ada Moreno");
  await person.keyboard("a");
  await waitFor(() => expect(screen.getByRole("heading", { name: "Luis Ferreira" })).toHaveFocus());
  expect(screen.queryByRole("article", { name: "Ada Moreno" })).not.toBeInTheDocument();
  expect(screen.getByText("Ada Moreno: approved.")).toBeVisible();
  expect(asked.find(({ what }) => what === APPROVE)?.body).toEqual({
    items: [{ id: "w-1", text: "Hi Ada, shall we book a call?", seen: "seen-1" }],
  });
  await person.keyboard("z");
  expect(await card("Ada Moreno")).toBeVisible();
  expect(screen.getByText("1 taken back.")).toBeVisible();
  expect(asked.find(({ what }) => what === UNDO)?.body).toEqual({ ids: ["w-1"] });
});

test("the focus is kept in the place where an approval was taken back", async () => {
  fakeApi(stackOf(ADAS, LUISES));
  const { person } = openPage("/work/stack?like=w-1");
  await card("Ada Moreno");
  await person.keyboard("a");
  (await screen.findByRole("button", { name: /^Undo/ })).focus();
  await person.keyboard("{Enter}");
  const outcome = await screen.findByText("1 taken back.");
  expect(document.activeElement).toContainElement(outcome);
  expect(document.body).not.toHaveFocus();
});

test("Escape leaves the field that e has opened, keeps what was typed, and the keys act again", async () => {
  fakeApi(stackOf(ADAS, LUISES));
  const { person } = openPage("/work/stack?like=w-1");
  const ada = await card("Ada Moreno");
  await person.keyboard("e");
  const field = within(ada).getByRole("textbox", { name: "Text to Ada Moreno" });
  expect(field).toHaveFocus();
  await person.type(field, " Thursday?{Escape}");
  expect(field).not.toBeInTheDocument();
  expect(ada).toHaveTextContent("Hi Ada, shall we book a call? Thursday?");
  expect(within(ada).getByRole("heading", { name: "Ada Moreno" })).toHaveFocus();
  await person.keyboard("j");
  expect(screen.getByRole("heading", { name: "Luis Ferreira" })).toHaveFocus();
});

test("all chosen are approved after one question, edited as they are", async () => {
  const asked = fakeApi(stackOf(ADAS, { ...LUISES, warnings: [] }));
  const { person } = openPage("/work/stack?like=w-1");
  await card("Ada Moreno");
  await person.keyboard("e");
  await person.type(screen.getByRole("textbox", { name: "Text to Ada Moreno" }), " Soon?");
  (document.activeElement as HTMLElement).blur();
  await person.keyboard("{Shift>}a{/Shift}");
  const dialog = await screen.findByRole("dialog", { name: "Approve 2 texts?" });
  expect(dialog).toHaveTextContent("They leave in 10 seconds");
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(within(dialog).getByRole("button", { name: "Approve 2" }));
  expect(await screen.findByText("2 texts approved.")).toBeVisible();
  expect(asked.find(({ what }) => what === APPROVE)?.body).toEqual({
    items: [
      { id: "w-1", text: "Hi Ada, shall we book a call? Soon?", seen: "seen-1" },
      { id: "w-2", text: "Hi Luis, shall we book a call?", seen: "seen-luis" },
    ],
  });
});

test("one that must not leave stays and says why", async () => {
  fakeApi({
    ...stackOf(ADAS),
    [APPROVE]: () =>
      json({
        leaves_at: null,
        results: [
          {
            id: "w-1",
            outcome: "stale",
            problem: { type: "x", title: "x", status: 409, detail: "The customer wrote again." },
            work_item: null,
          },
        ],
      }),
  });
  const { person } = openPage("/work/stack?like=w-1");
  await person.click(within(await card("Ada Moreno")).getByRole("button", { name: "Approve" }));
  expect(await within(await card("Ada Moreno")).findByRole("alert")).toHaveTextContent(
    "The customer wrote again.",
  );
});

/** Lets something change about Ada's text: what the API says of it from now on, and what of it since it was read. */
function change(handlers: Record<string, unknown>, text = "Hi Ada, shall we book a call?") {
  const now = makeWorkItem({ text, seen: "seen-2", warnings: [makeWarning()] });
  Object.assign(handlers, {
    ...stackOf(now, { ...LUISES, warnings: [] }),
    "GET /api/v1/work-items/w-1": (_: Request, url: URL) =>
      json({ ...now, changes: url.searchParams.get("seen") === "seen-1" ? [WROTE] : [] }),
  });
  FakeEventSource.current.send("work_item.changed");
}

const approvals = (asked: ReturnType<typeof fakeApi>) =>
  asked.filter(({ what }) => what === APPROVE).map(({ body }) => body);

test("a text that changes while one reads it says so, and is approved as it was read until one has read that", async () => {
  const handlers = stackOf(ADAS, { ...LUISES, warnings: [] });
  const asked = fakeApi(handlers);
  const { person } = openPage("/work/stack?like=w-1");
  const ada = await card("Ada Moreno");
  change(handlers, "Hi Ada, shall we talk?");

  const note = await within(ada).findByRole("alert", { name: "This has changed since you read it" });
  expect(note).toHaveTextContent("The customer wrote again.");
  expect(ada).toHaveTextContent("Hi Ada, shall we talk?");
  expect(within(ada).getByRole("checkbox")).not.toBeChecked();
  expect(await accessibilityProblems()).toEqual([]);
  await person.keyboard("a");
  await waitFor(() => expect(approvals(asked)).toHaveLength(1));
  expect(approvals(asked)[0]).toMatchObject({ items: [{ seen: "seen-1" }] });
});

test("once one has read what changed, the text is approved as it is now", async () => {
  const handlers = stackOf(ADAS, { ...LUISES, warnings: [] });
  const asked = fakeApi(handlers);
  const { person } = openPage("/work/stack?like=w-1");
  const ada = await card("Ada Moreno");
  change(handlers, "Hi Ada, shall we talk?");
  await person.click(await within(ada).findByRole("button", { name: "I have read it" }));
  expect(within(ada).queryByRole("alert")).not.toBeInTheDocument();
  await person.keyboard("a");
  await waitFor(() => expect(approvals(asked)).toHaveLength(1));
  expect(approvals(asked)[0]).toEqual({
    items: [{ id: "w-1", text: "Hi Ada, shall we talk?", seen: "seen-2" }],
  });
});

test("all that are chosen are approved as they were read, whatever has changed before the question is answered", async () => {
  const handlers = stackOf(ADAS, { ...LUISES, warnings: [] });
  const asked = fakeApi(handlers);
  const { person } = openPage("/work/stack?like=w-1");
  const ada = await card("Ada Moreno");
  await person.click(within(ada).getByRole("checkbox"));
  await person.click(within(ada).getByRole("checkbox"));
  await person.keyboard("{Shift>}a{/Shift}");
  const dialog = await screen.findByRole("dialog", { name: "Approve 2 texts?" });
  change(handlers);
  await within(ada).findByText("The customer wrote again.", { exact: false });
  await person.click(within(dialog).getByRole("button", { name: "Approve 2" }));
  await waitFor(() => expect(approvals(asked)).toHaveLength(1));
  expect(approvals(asked)[0]).toMatchObject({
    items: [
      { id: "w-1", seen: "seen-1" },
      { id: "w-2", seen: "seen-luis" },
    ],
  });
});

test("an approved text that has changed before it left is here again and says why", async () => {
  const handlers = stackOf(ADAS, { ...LUISES, warnings: [] });
  fakeApi(handlers);
  const { person } = openPage("/work/stack?like=w-1");
  await card("Ada Moreno");
  await person.keyboard("a");
  await screen.findByText("Ada Moreno: approved.");
  await person.keyboard("z");
  await screen.findByText("1 taken back.");
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  await person.click(within(await card("Ada Moreno")).getByRole("button", { name: "Approve" }));
  await screen.findByText("Ada Moreno: approved.");
  expect(screen.queryByRole("article", { name: "Ada Moreno" })).not.toBeInTheDocument();

  const reason = "After it was approved: The customer wrote again. Look again.";
  Object.assign(handlers, stackOf({ ...ADAS, reason, seen: "seen-2" }, LUISES));
  FakeEventSource.current.send("work_item.changed");
  const ada = await card("Ada Moreno");
  expect(ada).toHaveTextContent(reason);
  expect(within(ada).getByRole("checkbox")).not.toBeChecked();
  const note = screen.getByRole("alert", { name: "1 approved text was not sent" });
  expect(note).toHaveTextContent(`Ada Moreno: ${reason}`);
  expect(screen.queryByText("1 taken back.")).not.toBeInTheDocument();
  await person.click(within(ada).getByRole("button", { name: "Approve" }));
  await waitFor(() => expect(note).not.toBeInTheDocument());
});

test("all are chosen at once or none, by the box or by keyboard, but for what must not leave", async () => {
  const stopped = makeWorkItem({
    id: "w-3",
    record: { ...LUIS, first_name: "Noor" },
    warnings: [makeWarning({ code: "opted_out", sentence: "They opted out.", blocks: true })],
  });
  fakeApi(stackOf(ADAS, LUISES, stopped));
  const { person } = openPage("/work/stack?like=w-1");
  await card("Ada Moreno");
  const all = screen.getByRole("checkbox", { name: "Choose all" });
  expect(all).toBePartiallyChecked();
  await person.click(all);
  expect(screen.getByRole("button", { name: "Approve 2 chosen" })).toBeEnabled();
  expect(all).toBeChecked();
  await person.keyboard("{Shift>}x{/Shift}");
  expect(screen.getByRole("button", { name: "Approve 0 chosen" })).toBeDisabled();
  await person.keyboard("?");
  const dialog = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
  expect(dialog).toHaveTextContent("Shift + xChoose all texts, or none");
});

test("a text is skipped with a reason, and the next is at hand", async () => {
  const skip = "POST /api/v1/work-items/w-1/skip";
  const handlers = stackOf(ADAS, LUISES);
  const asked = fakeApi({
    ...handlers,
    [STACK]: () => handlers[STACK](),
    [skip]: () => {
      Object.assign(handlers, stackOf(LUISES));
      return json({ ...ADAS, status: "skipped" });
    },
  });
  const { person } = openPage("/work/stack?like=w-1");
  const ada = await card("Ada Moreno");
  await person.click(within(ada).getByRole("button", { name: "Skip" }));
  await person.type(within(ada).getByRole("textbox", { name: /Why skip it/ }), "She called us{Enter}");
  await waitFor(() => expect(asked.find(({ what }) => what === skip)?.body).toEqual({ reason: "She called us" }));
  await waitFor(() => expect(screen.getByRole("heading", { name: "Luis Ferreira" })).toHaveFocus());
});
