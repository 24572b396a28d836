import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { StackedWorkItem } from "@/api/types";
import { fakeApi, json, never, problem } from "@/test/fake-api";
import { LUIS } from "@/test/makers";
import { makeStacked } from "@/test/makers-work";
import { accessibilityProblems, openPage } from "@/test/open-page";

const STACK = "GET /api/v1/work-items/stack";
const APPROVE = "POST /api/v1/work-items/approvals";
const UNDO = "POST /api/v1/work-items/approvals/undo";

const ADAS = makeStacked();
const LUISES = makeStacked({
  id: "w-2",
  record: LUIS,
  text: "Hi Luis, shall we book a call?",
  seen: "seen-luis",
  warnings: [
    { code: "customer_wrote", sentence: "The customer wrote meanwhile.", blocks: false, until: null },
  ],
});

/** The API's stack: what is approved is no longer in it until it is taken back. */
function stackOf(...items: StackedWorkItem[]) {
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

test("each text has its own warnings, and one with a warning is not chosen by itself", async () => {
  fakeApi(stackOf(ADAS, LUISES));
  openPage("/work/stack?like=w-1");
  const luis = await card("Luis Ferreira");
  expect(luis).toHaveTextContent("The customer wrote meanwhile.");
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
