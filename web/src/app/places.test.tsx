import { act, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, page, problem } from "@/test/fake-api";
import { FakeEventSource } from "@/test/fake-event-source";
import { makeSession } from "@/test/makers";
import { makeCounts } from "@/test/makers-work";
import { accessibilityProblems, openPage } from "@/test/open-page";

const READS = () => json(makeSession([{ entity: "conversation", privilege: "read", level: "user" }]));
const refused = () => problem(503, "database-away", "The database does not answer.");

test("what waits is counted beside where one finds it, and said aloud when it becomes more", async () => {
  const waiting = { work: 2, unread: 100 };
  const asked = fakeApi({
    "GET /api/v1/session": READS,
    "GET /api/v1/work-items/counts": () => json(makeCounts({ open: waiting.work })),
    "GET /api/v1/conversations/counts": () => json({ unread: waiting.unread }),
    "GET /api/v1/sequences": () => page([]),
  });
  openPage("/sequences");
  const main = within(await screen.findByRole("navigation", { name: "Main" }));
  expect(await main.findByRole("link", { name: "Work 2 to do" })).toBeVisible();
  expect(await main.findByRole("link", { name: "Conversations 99+ unread" })).toBeVisible();
  expect(main.getByRole("link", { name: "Search" })).toHaveAttribute("href", "/search");
  expect(main.getByRole("status")).toBeEmptyDOMElement();
  expect(asked.find(({ what }) => what.endsWith("work-items/counts"))?.query.get("assignee")).toBe("me");
  expect(await accessibilityProblems()).toEqual([]);

  waiting.work = 3;
  act(() => FakeEventSource.current.send("work_item.changed"));
  expect(await main.findByText("3 to do")).toBeInTheDocument();
  waiting.work = 0;
  waiting.unread = 0;
  act(() => {
    FakeEventSource.current.send("work_item.changed");
    FakeEventSource.current.send("conversation.read");
  });
  expect(await main.findByRole("link", { name: "Work" })).toBeVisible();
  expect(await main.findByRole("link", { name: "Conversations" })).toBeVisible();
  await waitFor(() => expect(main.getByRole("status")).toBeEmptyDOMElement());
});

test("where the counts cannot be had, the places are there without them", async () => {
  fakeApi({
    "GET /api/v1/session": READS,
    "GET /api/v1/work-items/counts": refused,
    "GET /api/v1/conversations/counts": refused,
    "GET /api/v1/sequences": () => page([]),
  });
  openPage("/sequences");
  expect(await screen.findByRole("link", { name: "Work" })).toBeVisible();
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
});
