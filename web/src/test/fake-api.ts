/** The API at the border of the page: answers by method and path, and a list of what was asked. */
import { vi } from "vitest";
import { makeSession } from "./makers";
import { makeCounts } from "./makers-work";

type Answer = Response | Promise<Response>;
type Handler = (request: Request, url: URL) => Answer;

export interface Asked {
  /** Such as "POST /api/v1/work-items/w1/approve". */
  what: string;
  query: URLSearchParams;
  body: unknown;
  request: Request;
}

/** What the frame around every page asks for; it is told only to tests that answer it themselves. */
const OF_THE_FRAME: Record<string, () => Answer> = {
  "GET /api/v1/work-items/counts": () => json(makeCounts()),
  "GET /api/v1/conversations/counts": () => json({ unread: 0 }),
};

/** Answers the page's requests from now on; `handlers` may be changed while the page runs. */
export function fakeApi(handlers: Record<string, Handler>): Asked[] {
  const asked: Asked[] = [];
  const all: Record<string, Handler> = {
    "GET /api/v1/session": () => json(makeSession()),
  };
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    const what = `${request.method} ${url.pathname}`;
    const quiet = handlers[what] === undefined && OF_THE_FRAME[what];
    if (quiet) return quiet();
    const text = await request.clone().text();
    const isJson = request.headers.get("content-type")?.includes("json") && text;
    asked.push({ what, query: url.searchParams, body: isJson ? JSON.parse(text) : text, request });
    const handler = handlers[what] ?? all[what];
    return handler ? handler(request, url) : problem(501, "unexpected", `The test did not expect ${what}`);
  });
  return asked;
}

export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status });
}

export function page(items: unknown[], next: string | null = null): Response {
  return json({ items, next });
}

/** A page of a conversation's texts and moves, each the newest first. */
export function messagePage(items: unknown[], moves: unknown[] = [], next: string | null = null): Response {
  return json({ items, next, has_newer: false, moves });
}

export function problem(status: number, kind: string, detail: string, more: object = {}): Response {
  const body = { type: `urn:touchline:problem:${kind}`, title: kind, status, detail, ...more };
  return Response.json(body, { status, headers: { "content-type": "application/problem+json" } });
}

/** An answer that never comes. */
export function never(): Promise<Response> {
  return new Promise(() => undefined);
}
