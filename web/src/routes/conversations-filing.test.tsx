import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Session } from "@/api/types";
import { fakeApi, json, messagePage, page, problem } from "@/test/fake-api";
import { BEN, LUIS, makeConversation, makeMessage, makeMove, makeRecord, makeSession, MAYA } from "@/test/makers";
import { accessibilityProblems, openPage } from "@/test/open-page";

const CREATE = "POST /api/v1/records";
const MOVE = "POST /api/v1/conversations/c-1/move";

const MAY_MOVE: Session["privileges"] = [{ entity: "conversation", privilege: "write", level: "user" }];
const MAY_ADD: Session["privileges"] = [
  ...MAY_MOVE,
  { entity: "record", privilege: "create", level: "organisation" },
  { entity: "record", privilege: "assign", level: "organisation" },
];

function conversationOf(privileges: Session["privileges"], conversation = makeConversation()) {
  return {
    "GET /api/v1/session": () => json(makeSession(privileges)),
    "GET /api/v1/conversations": () => page([conversation]),
    "GET /api/v1/conversations/c-1": () => json(conversation),
    "GET /api/v1/conversations/c-1/messages": () =>
      messagePage([
        makeMessage({ id: "m-2", direction: "inbound", status: "received", body: "For Luis" }),
        makeMessage({ id: "m-1", body: "Hi Ada" }),
      ]),
    "GET /api/v1/records": () => page([makeRecord({ ...LUIS })]),
    [MOVE]: () => json(makeConversation({ id: "c-2", record: LUIS })),
  };
}

test("texts are chosen by keyboard and moved to another record, and one goes on where one was", async () => {
  const asked = fakeApi(conversationOf(MAY_MOVE));
  const { person, address } = openPage("/conversations/c-1");
  await screen.findByText("For Luis");
  await person.keyboard("x");
  expect(screen.getByRole("button", { name: "Choose texts" })).toHaveAttribute("aria-pressed", "true");
  expect(screen.queryByRole("textbox", { name: "Write a text" })).not.toBeInTheDocument();
  const move = screen.getByRole("button", { name: "Move to another record…" });
  expect(move).toBeDisabled();
  screen.getByRole("checkbox", { name: "Choose the text “For Luis”" }).focus();
  await person.keyboard(" ");
  expect(screen.getByText("1 text chosen")).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);

  await person.click(move);
  const dialog = await screen.findByRole("dialog", { name: "Move 1 text of Ada Moreno" });
  await person.type(within(dialog).getByRole("textbox", { name: "Find the record" }), "Luis");
  await person.click(await within(dialog).findByRole("radio", { name: "Luis Ferreira" }));
  await person.type(within(dialog).getByRole("textbox", { name: "Why (optional)" }), "His brother");
  await person.click(within(dialog).getByRole("button", { name: "Move 1 text" }));
  expect(await screen.findByRole("textbox", { name: "Write a text" })).toBeVisible();
  expect(address()).toBe("/conversations/c-1");
  expect(asked.find(({ what }) => what === MOVE)?.body).toEqual({
    record_id: "r-luis",
    message_ids: ["m-2"],
    reason: "His brother",
  });
});

test("Escape ends choosing, and gives the focus back", async () => {
  fakeApi(conversationOf(MAY_MOVE));
  const { person } = openPage("/conversations/c-1");
  const choose = await screen.findByRole("button", { name: "Choose texts" });
  await person.click(choose);
  await person.click(await screen.findByRole("checkbox", { name: "Choose the text “Hi Ada”" }));
  await person.keyboard("{Escape}");
  expect(screen.queryByRole("checkbox", { name: /^Choose the text/ })).not.toBeInTheDocument();
  expect(choose).toHaveFocus();
});

test("who may not move texts is not offered to choose some", async () => {
  fakeApi(conversationOf([]));
  const { person } = openPage("/conversations/c-1");
  await screen.findByText("For Luis");
  await person.keyboard("x");
  expect(screen.queryByRole("checkbox", { name: /^Choose the text/ })).not.toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Choose texts" })).not.toBeInTheDocument();
});

test("of an unknown sender a lead is made once, for whom it is, and given the conversation", async () => {
  const handlers = {
    ...conversationOf(MAY_ADD, makeConversation({ record: null })),
    "GET /api/v1/users": () =>
      page([
        { ...MAYA, is_active: true },
        { ...BEN, is_active: true },
      ]),
    [CREATE]: () => json(makeRecord({ id: "r-new" }), 201),
    [MOVE]: () => problem(503, "busy", "Try again in a moment."),
  };
  const asked = fakeApi(handlers);
  const { person, address } = openPage("/conversations/c-1?unassigned=1");
  await person.click(await screen.findByRole("button", { name: "New lead…" }));
  const dialog = await screen.findByRole("dialog", { name: "New lead" });
  const make = within(dialog).getByRole("button", { name: "Make the lead" });
  expect(make).toBeDisabled();
  await person.type(within(dialog).getByRole("textbox", { name: "First name" }), "Grace");
  await within(dialog).findByRole("option", { name: "Ben Halloran" });
  await person.selectOptions(within(dialog).getByLabelText("Whose it is"), "Ben Halloran");
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(make);
  expect(await within(dialog).findByRole("alert")).toHaveTextContent("Try again in a moment.");

  handlers[MOVE] = () => json(makeConversation({ id: "c-2", record: LUIS }));
  await person.click(make);
  await waitFor(() => expect(address()).toMatch(/^\/conversations\/c-2/));
  const made = asked.filter(({ what }) => what === CREATE);
  const keys = made.map(({ request }) => request.headers.get("idempotency-key"));
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  // the same key: the API makes no second one
  expect(new Set(keys).size).toBe(1);
  expect(made[0]?.body).toEqual({
    kind: "lead",
    first_name: "Grace",
    last_name: "",
    phone: "+12025550101",
    owner_user_id: BEN.id,
    fields: {},
  });
  const moved = asked.findLast(({ what }) => what === MOVE);
  expect(moved?.body).toEqual({ record_id: "r-new" });
  // a key of its own: the API takes none for two different things
  expect(keys).not.toContain(moved?.request.headers.get("idempotency-key"));
});

test("a lead of an unknown sender may be a team's, with a member in charge", async () => {
  const asked = fakeApi({
    ...conversationOf(
      [...MAY_ADD, { entity: "team", privilege: "read", level: "organisation" }],
      makeConversation({ record: null }),
    ),
    "GET /api/v1/users": () => page([{ ...MAYA, is_active: true }]),
    "GET /api/v1/teams": () =>
      page([{ id: "team-1", name: "North", business_unit_id: "b-1", members: [BEN] }]),
    [CREATE]: () => json(makeRecord({ id: "r-new" }), 201),
  });
  const { person } = openPage("/conversations/c-1?unassigned=1");
  await person.click(await screen.findByRole("button", { name: "New lead…" }));
  const dialog = await screen.findByRole("dialog", { name: "New lead" });
  await person.type(within(dialog).getByRole("textbox", { name: "First name" }), "Grace");
  await person.selectOptions(await within(dialog).findByRole("combobox", { name: "Team" }), "North");
  const make = within(dialog).getByRole("button", { name: "Make the lead" });
  expect(make).toBeDisabled();
  await person.selectOptions(
    await within(dialog).findByRole("combobox", { name: "Who is in charge" }),
    "Ben Halloran",
  );
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(make);
  await waitFor(() => expect(asked.some(({ what }) => what === MOVE)).toBe(true));
  expect(asked.find(({ what }) => what === CREATE)?.body).toMatchObject({
    owner_user_id: BEN.id,
    owner_team_id: "team-1",
  });
});

const textAt = (id: string, created_at: string) => makeMessage({ id, body: id, created_at });

test("what was moved stands between the texts, with the other record where one may see it, by whom and when", async () => {
  fakeApi({
    ...conversationOf([]),
    "GET /api/v1/conversations/c-1/messages": (_: Request, url: URL) =>
      url.searchParams.get("after") === "older"
        ? messagePage(
            [textAt("First", "2026-03-02T10:00:00Z")],
            [makeMove({ id: "v-1", at: "2026-03-02T10:30:00Z", way: "came", other: "inbox", record: null })],
          )
        : messagePage(
            [textAt("Third", "2026-03-02T13:00:00.5Z"), textAt("Second", "2026-03-02T11:00:00Z")],
            [
              makeMove({ id: "v-3", at: "2026-03-03T09:00:00Z", count: 2, other: "hidden", record: null }),
              makeMove({ id: "v-2", at: "2026-03-02T13:00:00Z", reason: "His brother", moved_by: MAYA }),
            ],
            "older",
          ),
  });
  const { person } = openPage("/conversations/c-1");
  await person.click(await screen.findByRole("button", { name: "Show older texts" }));
  await screen.findByText("First");
  const log = screen.getByRole("log", { name: "Texts" });
  const lines = within(log).getAllByRole("listitem").map((line) => line.textContent?.replaceAll("\u202f", " "));
  expect(lines).toEqual([
    expect.stringMatching(/2026|Mar/),
    expect.stringMatching(/^First/),
    " 1 text moved here from the inboxBen Halloran · 10:30 AM",
    expect.stringMatching(/^Second/),
    " 1 text moved to Luis Ferreira: His brotherYou · 1:00 PM",
    expect.stringMatching(/^Third/),
    expect.stringMatching(/2026|Mar/),
    " 2 texts moved to a record that you may not seeBen Halloran · 9:00 AM",
  ]);
  expect(await accessibilityProblems()).toEqual([]);
});

test("a conversation that all texts have left says where they went, not that there were none", async () => {
  fakeApi({
    ...conversationOf([]),
    "GET /api/v1/conversations/c-1/messages": () => messagePage([], [makeMove({ count: 2 })]),
  });
  openPage("/conversations/c-1");
  expect(await screen.findByText(/2 texts moved to Luis Ferreira/)).toBeVisible();
  expect(screen.queryByRole("heading", { name: "No texts yet" })).not.toBeInTheDocument();
});
