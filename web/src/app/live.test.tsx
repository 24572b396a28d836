import { act, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, page } from "@/test/fake-api";
import { FakeEventSource } from "@/test/fake-event-source";
import { makeConversation } from "@/test/makers";
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
    "GET /api/v1/session": () => json({ user: { first_name: "M", last_name: "O" }, organisation: {} }),
  });
  openPage("/sequences");
  await screen.findByText("No sequences yet");
  const lists = () => asked.filter(({ what }) => what === "GET /api/v1/sequences").length;
  const before = lists();
  for (let count = 0; count < 50; count += 1) FakeEventSource.current.send("enrollment.changed");
  await waitFor(() => expect(lists()).toBeGreaterThan(before));
  expect(lists()).toBe(before + 1);
});
