import { act, renderHook, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { useLiveEvent } from "@/shared/live-events";
import { fakeApi, json, page } from "@/test/fake-api";
import { FakeEventSource } from "@/test/fake-event-source";
import { makeConversation, makeRecord, makeSession, makeWorkItem } from "@/test/makers";
import { openPage } from "@/test/open-page";

test("the page says whether it is live, and reads everything anew after an interruption", async () => {
  const texts = ["First", "Second"];
  fakeApi({
    "GET /api/v1/conversations": () =>
      page([
        makeConversation({
          last_message: {
            direction: "inbound",
            body: texts[0] as string,
            is_erased: false,
            status: "received",
            created_at: "2026-03-02T10:00:00Z",
          },
        }),
      ]),
  });
  openPage("/conversations");
  await screen.findByText("First");
  expect(screen.getByText("Connecting")).toBeVisible();
  act(() => FakeEventSource.current.accept());
  expect(await screen.findByText("Live")).toBeVisible();

  act(() => FakeEventSource.current.break());
  expect(await screen.findByText("Reconnecting")).toBeVisible();
  texts.shift();
  act(() => FakeEventSource.current.accept());
  expect(await screen.findByText("Second")).toBeVisible();
});

test("a burst of events is answered by reading once", async () => {
  const asked = fakeApi({
    "GET /api/v1/sequences": () => page([]),
    "GET /api/v1/session": () => json(makeSession()),
  });
  openPage("/sequences");
  await screen.findByText("No sequences yet");
  const lists = () => asked.filter(({ what }) => what === "GET /api/v1/sequences").length;
  const before = lists();
  for (let count = 0; count < 50; count += 1) FakeEventSource.current.send("enrollment.changed");
  await waitFor(() => expect(lists()).toBeGreaterThan(before));
  expect(lists()).toBe(before + 1);
});

test("a customer who opts out is shown so among the records by itself", async () => {
  const records = [makeRecord(), makeRecord({ is_opted_out: true })];
  fakeApi({ "GET /api/v1/records": () => page([records[0]]) });
  openPage("/records");
  await screen.findByText("Ada Moreno");
  expect(screen.queryByText("Opted out")).not.toBeInTheDocument();
  records.shift();
  act(() => FakeEventSource.current.send("record.changed"));
  expect(await screen.findByText("Opted out")).toBeVisible();
});

test("what passes is told to the parts of the page that listen, with its data", async () => {
  const asked = fakeApi({ "GET /api/v1/conversations": () => page([]) });
  openPage("/conversations");
  await screen.findByText("No conversations yet");
  const before = asked.length;
  const heard: unknown[] = [];
  const { unmount } = renderHook(() => useLiveEvent("conversation.typing", (data) => heard.push(data)));
  FakeEventSource.current.send("conversation.typing", { id: "c-1", name: "Ben Halloran" });
  unmount();
  FakeEventSource.current.send("conversation.typing", { id: "c-2" });
  expect(heard).toEqual([{ id: "c-1", name: "Ben Halloran" }]);
  expect(asked.length).toBe(before);
});

test.each(["message.changed", "record.changed", "enrollment.changed", "work_item.changed"])(
  "what a text to approve rests on is read anew on %s",
  async (event) => {
    const asked = fakeApi({
      "GET /api/v1/work-items": () => page([makeWorkItem()]),
      "GET /api/v1/work-items/w-1": () => json(makeWorkItem()),
    });
    openPage("/work");
    await screen.findByRole("textbox", { name: "Text" });
    const readings = () => asked.filter(({ what }) => what === "GET /api/v1/work-items/w-1").length;
    const before = readings();
    FakeEventSource.current.send(event);
    await waitFor(() => expect(readings()).toBe(before + 1));
  },
);
