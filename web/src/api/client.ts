/** How the page asks the API, and what it gets when the API says no. */
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];
type Problem = Schemas["Problem"];
/** What only some kinds of problems say. */
type Details = Partial<
  Pick<Schemas["StaleApproval"], "changes" | "work_item"> &
    Pick<Schemas["QuietHoursProblem"], "next_allowed"> &
    Pick<Schemas["SpokenMeanwhile"], "why" | "texts">
>;
type ProblemLine = NonNullable<Problem["errors"]>[number];

const PREFIX = "urn:touchline:problem:";

/** A request that did not succeed; `message` is a sentence for people, `kind` is what code switches on. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";

  constructor(
    /** The last part of the problem's type, such as "already-decided"; "unreachable" when no answer came. */
    readonly kind: string,
    /** The HTTP status; 0 when no answer came. */
    readonly status: number,
    message: string,
    readonly lines: readonly ProblemLine[] = [],
    readonly details: Details = {},
  ) {
    super(message);
  }
}

// fetch is looked up at each call, so that it can be replaced where the process ends
let send = (request: Request): Promise<Response> => globalThis.fetch(request);

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: (request) => send(request),
});

/** Where the tokens come from with which a page asks that another system shows in a frame. */
export interface Tokens {
  /** The token to ask with now. */
  current: () => Promise<string>;
  /** Another one, as `refused` has expired. Throws ApiProblem when there is none to be had. */
  renewed: (refused: string) => Promise<string>;
}

/** Asks with `tokens` from now on, never with the cookie: it belongs to somebody who may be another person. */
export function askWith(tokens: Tokens): void {
  send = async (request) => {
    const again = request.clone();
    const token = await tokens.current();
    const response = await globalThis.fetch(signed(request, token));
    if (!(await isExpired(response))) return response;
    return globalThis.fetch(signed(again, await tokens.renewed(token)));
  };
}

function signed(request: Request, token: string): Request {
  const headers = new Headers(request.headers);
  headers.set("Authorization", `Bearer ${token}`);
  return new Request(request, { headers, credentials: "omit" });
}

async function isExpired(response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  const body: unknown = await response.clone().json().catch(() => undefined);
  return isProblem(body) && body.type === `${PREFIX}embed-token-expired`;
}

/** Returns the body of a successful answer. Throws ApiProblem for every other, and when none comes. */
export async function answer<T>(
  pending: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  let result;
  try {
    result = await pending;
  } catch (error) {
    if (error instanceof ApiProblem) throw error;
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem("unreachable", 0, "Touchline did not answer. Check your connection.");
  }
  if (result.response.ok) return result.data as T;
  throw problemOf(result.error, result.response.status);
}

function problemOf(body: unknown, status: number): ApiProblem {
  if (isProblem(body)) {
    const kind = body.type.startsWith(PREFIX) ? body.type.slice(PREFIX.length) : body.type;
    return new ApiProblem(kind, status, body.detail || body.title, body.errors ?? [], body);
  }
  const message = status >= 500 ? "Touchline is having trouble right now." : "That did not work.";
  return new ApiProblem("unknown", status, `${message} (HTTP ${status})`);
}

function isProblem(body: unknown): body is Problem & Details {
  return typeof body === "object" && body !== null && "type" in body && "title" in body;
}

/** Returns what went wrong in a sentence. */
export function sentenceOf(error: unknown): string {
  return error instanceof ApiProblem ? error.message : "Something went wrong in this page.";
}

/** Returns what the API says is wrong with one field of what was sent; undefined if it says nothing of it. */
export function lineOf(error: unknown, path: string): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  return error.lines.find((line) => line.path === path)?.message;
}

/** Returns whether the person must sign in (again) before anything else works. */
export function needsSignIn(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 401 && error.kind !== "wrong-credentials";
}

/** Returns a key under which the API does a thing once, however often it is asked. */
export function newIdempotencyKey(): string {
  // not randomUUID: browsers offer it only to pages served over https or from this machine
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
