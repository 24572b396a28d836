import { expect, test, vi } from "vitest";
import { TokenEventStream } from "./event-stream";

const TOKENS = { current: () => Promise.resolve("a.b.c"), renewed: () => Promise.resolve("d.e.f") };

/** Opens a stream whose server sends `parts`; gives it, what it told, and how it was asked. */
function open(parts: string[], status = 200) {
  const asked: Request[] = [];
  const told: string[] = [];
  vi.stubGlobal("fetch", (request: Request) => {
    asked.push(request);
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
        controller.close();
      },
    });
    return Promise.resolve(new Response(body, { status }));
  });
  const stream = new TokenEventStream(TOKENS);
  stream.addEventListener("open", () => told.push("open"));
  for (const name of ["message.changed", "conversation.changed"]) {
    stream.addEventListener(name, (event) => {
      told.push(`${name} ${(event as MessageEvent<string>).data}`);
    });
  }
  const ended = new Promise<void>((resolve) => {
    stream.addEventListener("error", () => {
      told.push("error");
      resolve();
    });
  });
  return { stream, told, asked, ended };
}

test("events are told as they come, however they are cut into parts, and their end as an interruption", async () => {
  const { stream, told, asked, ended } = open([
    ": connected\nretry: 2000\n\nevent: message.chan",
    'ged\ndata: {"id": "m-1"}\n',
    "\nevent: conversation.changed\r\ndata: {}\r\n\r\n",
    "event: message.changed\ndata: cut off",
  ]);
  await ended;
  expect(told).toEqual(["open", 'message.changed {"id": "m-1"}', "conversation.changed {}", "error"]);
  expect(stream.readyState).toBe(EventSource.CLOSED);
  expect(asked[0]?.headers.get("authorization")).toBe("Bearer a.b.c");
  expect(asked[0]?.credentials).toBe("omit");
});

test("a refusal is an interruption", async () => {
  const { told, asked, ended } = open([], 401);
  await ended;
  expect(asked).toHaveLength(1);
  expect(told).toEqual(["error"]);
});

test("what was closed tells nothing any more", async () => {
  const { stream, told, asked } = open(["event: message.changed\ndata: {}\n\n"]);
  stream.close();
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(told).toEqual([]);
  expect(stream.readyState).toBe(EventSource.CLOSED);
});
