import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { closePorts, frame, greet, greeted, token } from "@/test/frame-window";
import { TOO_LONG } from "./host";

const NOW = new Date("2026-03-02T10:00:00Z").getTime();

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["setTimeout", "clearTimeout", "Date"] });
});

afterEach(() => {
  vi.useRealTimers();
  closePorts();
});

test("the token of the address is taken out of it at once", async () => {
  const { window, host } = frame(`token=${token(60)}`);
  expect(await host.current()).toBe(token(60));
  expect(window.history.replaceState).toHaveBeenCalledWith(null, "", "/embed/k-1");
});

test("a page opened by itself says so, and one in a frame waits", () => {
  const { window, host } = frame();
  expect(host.isAlone).toBe(false);
  Object.assign(window, { parent: window });
  expect(host.isAlone).toBe(true);
});

test("the token of the element around the frame is waited for", async () => {
  const { host, say } = greeted();
  const waiting = host.current();
  say({ type: "token", token: token(60) });
  expect(await waiting).toBe(token(60));
});

test("only the page around the frame is listened to, and only its first greeting", async () => {
  const { window, host } = frame();
  const stranger = greet(window, new EventTarget());
  const itself = greet(window, window);
  const parents = greet(window);
  const again = greet(window);
  const waiting = host.current();
  for (const port of [stranger, itself, again]) {
    port.postMessage({ type: "token", token: token(60, "forged") });
  }
  [parents].forEach((port) => port.postMessage({ type: "token", token: token(60) }));
  expect(await waiting).toBe(token(60));
});

test("a token is renewed half a minute before its end", async () => {
  const { host, heard, say } = greeted();
  say({ type: "token", token: token(300) });
  await host.current();
  await vi.advanceTimersByTimeAsync(269_000);
  expect(heard).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  await vi.waitFor(() => expect(heard).toEqual([{ type: "token-wanted" }]));
});

test("a token that was refused is replaced by another, which counts from then on", async () => {
  const { host, heard, say } = greeted();
  say({ type: "token", token: token(300, "first") });
  const first = await host.current();
  const renewed = host.renewed(first);
  await vi.waitFor(() => expect(heard).toEqual([{ type: "token-wanted" }]));
  say({ type: "token", token: token(300, "second") });
  expect(await renewed).toBe(token(300, "second"));
  // one that asks late with the first one is given the second
  expect(await host.renewed(first)).toBe(token(300, "second"));
});

test("without a page that gives tokens, the end of one says what to do", async () => {
  const { host } = frame(`token=${token(60)}`);
  await expect(host.renewed(token(60))).rejects.toMatchObject({ status: 401, message: TOO_LONG });
});

test("a page that has no token to give says why, and one that is silent is not waited for", async () => {
  const { host, say } = greeted();
  const waiting = host.current();
  say({ type: "no-token", detail: "You are signed out." });
  await expect(waiting).rejects.toMatchObject({ message: "You are signed out." });
  const silent = host.current().catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await silent).toMatchObject({ status: 401 });
});

test("the look and whether the frame is shown are told to the page", async () => {
  const { host, say } = greeted();
  const changed = vi.fn<() => void>();
  host.subscribe(changed);
  say({ type: "theme", theme: { "--touchline-accent": "teal" }, scheme: "dark" });
  say({ type: "shown", isShown: false });
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(2));
  expect(host.state).toEqual({ theme: { "--touchline-accent": "teal" }, scheme: "dark", isShown: false });
});
