import { readFileSync } from "node:fs";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { FromFrame, ToFrame } from "./protocol";

const KEY = "0199a0b0-0000-7000-8000-000000000001";
const TOKEN = `${btoa(JSON.stringify({ alg: "HS256", kid: KEY }))}.payload.signature`;

beforeAll(() => import("./element"));

const asked: string[] = [];
const ports: MessagePort[] = [];

beforeEach(() => {
  asked.length = 0;
  answer(() => Response.json({ token: TOKEN }));
});

afterEach(() => {
  document.body.replaceChildren();
  for (const port of ports.splice(0)) port.close();
});

function answer(by: () => Response): void {
  vi.stubGlobal("fetch", (url: URL, how: RequestInit) => {
    asked.push(`${url.pathname}${url.search} ${how.credentials}`);
    return Promise.resolve(by());
  });
}

interface Element extends HTMLElement {
  tokenProvider?: (record: string) => Promise<string>;
}

/** Puts an element into the page, and gives it with what is in it. */
function place(markup = '<touchline-text record="lead:CRM-42"></touchline-text>') {
  document.body.innerHTML = `<main>${markup}</main>`;
  const element = document.querySelector("touchline-text") as Element;
  const root = element.shadowRoot as ShadowRoot;
  const find = <T extends HTMLElement>(selector: string) => root.querySelector(selector) as T;
  const told: [string, unknown][] = [];
  for (const name of ["touchline-open", "touchline-unread", "touchline-sent", "touchline-error"]) {
    document.addEventListener(name, (event) => told.push([name, (event as CustomEvent<unknown>).detail]), {
      signal: AbortSignal.timeout(20_000),
    });
  }
  return {
    element,
    told,
    button: find<HTMLButtonElement>("button.open"),
    dialog: find<HTMLDialogElement>("dialog"),
    find,
    person: userEvent.setup(),
    frame: () => vi.waitFor(() => {
      const frame = root.querySelector("iframe");
      if (!frame) throw new Error("no frame");
      return frame;
    }),
  };
}

/** Lets the frame load, and gives what the element says to our page in it, and a way to answer. */
async function load(frame: HTMLIFrameElement) {
  const heard: ToFrame[] = [];
  let ours: MessagePort | undefined;
  const contentWindow = {
    postMessage: (hello: unknown, origin: string, [port]: MessagePort[]) => {
      expect([hello, origin]).toEqual([{ type: "touchline:hello" }, new URL(import.meta.url).origin]);
      ours = port;
    },
  };
  Object.defineProperty(frame, "contentWindow", { value: contentWindow });
  frame.dispatchEvent(new Event("load"));
  if (!ours) throw new Error("no port");
  ports.push(ours);
  ours.addEventListener("message", ({ data }: MessageEvent<ToFrame>) => heard.push(data));
  ours.start();
  const port = ours;
  await vi.waitFor(() => expect(heard.some(({ type }) => type === "token")).toBe(true));
  return { heard, say: (message: FromFrame) => port.postMessage(message) };
}

test("the button opens the record's conversation, and Close and Esc give the focus back", async () => {
  const { element, told, button, dialog, find, person, frame } = place();
  expect(button).toHaveAttribute("aria-expanded", "false");
  expect(button).toHaveTextContent("Text");
  await person.click(button);
  const shown = await frame();
  expect(asked).toEqual(["/touchline-token?record=lead%3ACRM-42 same-origin"]);
  // the address of this file is no origin here, as it is where the browser loads it from
  expect(new URL(shown.src).pathname).toBe(`/null/embed/${KEY}`);
  expect([dialog.open, button.getAttribute("aria-expanded")]).toEqual([true, "true"]);
  expect(element).toHaveAttribute("open");
  expect(told).toEqual([["touchline-open", null]]);

  await person.click(find("button.close"));
  expect([dialog.open, element.hasAttribute("open")]).toEqual([false, false]);
  expect(element.shadowRoot?.activeElement).toBe(button);

  await person.click(button);
  await vi.waitFor(() => expect(dialog.open).toBe(true));
  // the same frame: what was typed in it is still there, and no token was asked for
  expect([await frame(), asked.length]).toEqual([shown, 1]);
  find("button.close").focus();
  find("button.close").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  expect(dialog.open).toBe(false);
  expect(element.shadowRoot?.activeElement).toBe(button);
});

test("the frame is greeted with a port to our origin, and given look, token and whether it is seen", async () => {
  const { element, told, button, dialog, person, frame, find } = place(
    '<touchline-text record="r" style="--touchline-accent: teal; --other: 1; color-scheme: dark"></touchline-text>',
  );
  await person.click(button);
  const { heard, say } = await load(await frame());
  expect(heard).toEqual([
    { type: "theme", theme: { "--touchline-accent": "teal" }, scheme: expect.stringMatching(/light|dark/) },
    { type: "shown", isShown: true },
    { type: "token", token: TOKEN },
  ]);
  say({ type: "ready", name: "Ada Moreno" });
  await vi.waitFor(() => expect(find("h2")).toHaveTextContent("Texts with Ada Moreno"));
  say({ type: "unread", count: 3 });
  say({ type: "sent" });
  say({ type: "close" });
  await vi.waitFor(() => expect(dialog.open).toBe(false));
  expect(told.slice(1)).toEqual([["touchline-unread", { count: 3 }], ["touchline-sent", null]]);
  expect(find(".unread")).toHaveTextContent("3");
  await vi.waitFor(() => expect(heard.at(-1)).toEqual({ type: "shown", isShown: false }));
  expect(element).not.toHaveAttribute("open");
});

test("a token that is wanted is drawn anew, and what goes wrong is told with a way to try again", async () => {
  const { told, button, find, person, frame } = place();
  await person.click(button);
  const { heard, say } = await load(await frame());
  say({ type: "token-wanted" });
  await vi.waitFor(() => expect(heard.filter(({ type }) => type === "token")).toHaveLength(2));
  answer(() => new Response(null, { status: 401 }));
  say({ type: "token-wanted" });
  await vi.waitFor(() => expect(heard.at(-1)?.type).toBe("no-token"));
  expect(find(".trouble")).toHaveTextContent("The texts cannot be opened right now.");
  expect(told.at(-1)).toEqual([
    "touchline-error",
    { detail: "The texts cannot be opened right now." },
  ]);
  answer(() => Response.json({ token: TOKEN }));
  await person.click(find(".again"));
  await vi.waitFor(() => expect(heard.filter(({ type }) => type === "token")).toHaveLength(3));
});

test.each([
  ["is refused", () => new Response(null, { status: 403 })],
  ["is no token", () => Response.json({ token: "x" })],
  ["names a key that is none", () => Response.json({ token: `${btoa('{"kid": "../work"}')}.a.b` })],
  ["is no JSON", () => new Response("<p>Sign in</p>")],
])("where the host's token %s, the button says so and no frame is made", async (_, by) => {
  answer(by);
  const { button, dialog, find, element, person } = place();
  await person.click(button);
  await vi.waitFor(() => expect(find(".trouble")).toHaveTextContent("cannot be opened"));
  expect([dialog.open, element.shadowRoot?.querySelector("iframe")]).toEqual([false, null]);
  answer(() => Response.json({ token: TOKEN }));
  await person.click(find(".again"));
  await vi.waitFor(() => expect(dialog.open).toBe(true));
  expect(find(".trouble")).toBeEmptyDOMElement();
});

test("another record closes the conversation and starts anew", async () => {
  const { element, button, dialog, person, frame } = place();
  await person.click(button);
  const first = await frame();
  element.setAttribute("record", "lead:CRM-43");
  expect([dialog.open, element.hasAttribute("open"), first.isConnected]).toEqual([false, false, false]);
  await person.click(button);
  expect(await frame()).not.toBe(first);
  expect(asked.at(-1)).toBe("/touchline-token?record=lead%3ACRM-43 same-origin");
});

test("a page may say where tokens come from, what the button says, and that it is open from the start", async () => {
  const { button, dialog } = place(
    '<touchline-text record="r" open label="SMS" token-url="/crm/token?for=texts"></touchline-text>',
  );
  expect(button).toHaveTextContent("SMS");
  await vi.waitFor(() => expect(dialog.open).toBe(true));
  expect(asked).toEqual(["/crm/token?for=texts&record=r same-origin"]);

  const other = place();
  other.element.tokenProvider = (record) => Promise.resolve(record === "lead:CRM-42" ? TOKEN : "");
  await other.person.click(other.button);
  await vi.waitFor(() => expect(other.dialog.open).toBe(true));
  expect(asked).toHaveLength(1);
});

async function problems(): Promise<string[]> {
  const { violations } = await axe.run(document.body, {
    // the host's page is not ours, nor are colours known here
    rules: { "color-contrast": { enabled: false }, "page-has-heading-one": { enabled: false } },
    iframes: false,
  });
  return violations.map(({ id }) => id);
}

test("the element has no accessibility problems, closed or open", async () => {
  const { button, dialog, person } = place();
  expect(await problems()).toEqual([]);
  await person.click(button);
  await vi.waitFor(() => expect(dialog.open).toBe(true));
  expect(await problems()).toEqual([]);
});

test("the file imports nothing at run time, so that it stays one", () => {
  const source = readFileSync("src/embed/element.ts", "utf8");
  expect(source.match(/^import .*/gm)).toEqual([
    'import type { FromFrame, Hello, Theme, ThemeName, ToFrame } from "./protocol";',
  ]);
});
