/** The page of another system that shows us in a frame: it gives us tokens and a look, and is told a few things. */
import { ApiProblem, type Tokens } from "@/api/client";
import type { FromFrame, Theme, ToFrame } from "./protocol";

/** How long before its end a token is renewed. */
const EARLY_MS = 30_000;

/** How long the host may take to give a token. */
const PATIENCE_MS = 20_000;

export const TOO_LONG = "This page has been open too long: reload it. What you have written is kept.";

export interface HostState {
  theme: Theme;
  /** None where the host has not said: then the person's own preference counts. */
  scheme: "light" | "dark" | undefined;
  isShown: boolean;
}

interface Waiting {
  resolve: (token: string) => void;
  reject: (problem: ApiProblem) => void;
}

/**
 * Takes tokens from the address (`#token=…`, written by the host's server) and from the element, if there is one.
 *
 * The first greeting of the page around us counts. Which pages that may be, the browser has seen to (frame-ancestors).
 */
export class Host implements Tokens {
  state: HostState = { theme: {}, scheme: undefined, isShown: true };

  #token: string | undefined;
  #port: MessagePort | undefined;
  #waiting: Waiting[] = [];
  #renewing: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #awaiting = new Set<() => void>();

  constructor(readonly window: Window) {
    const token = new URLSearchParams(window.location.hash.slice(1)).get("token");
    if (token !== null) {
      // not left in the address, from where it would come into bookmarks and logs
      window.history.replaceState(null, "", window.location.pathname + window.location.search);
      this.#take(token);
    }
    window.addEventListener("message", this.#onGreeting);
  }

  /** Whether anybody can give us a token at all. */
  get isAlone(): boolean {
    return this.window.parent === this.window && this.#token === undefined;
  }

  current = (): Promise<string> =>
    this.#token === undefined ? this.#next() : Promise.resolve(this.#token);

  renewed = (refused: string): Promise<string> => {
    if (this.#token !== undefined && this.#token !== refused) return Promise.resolve(this.#token);
    if (this.#port === undefined) return Promise.reject(problem(TOO_LONG));
    const next = this.#next();
    this.say({ type: "token-wanted" });
    return next;
  };

  say(message: FromFrame): void {
    this.#port?.postMessage(message);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Calls `listener` for every token that comes. */
  onToken(listener: () => void): () => void {
    this.#awaiting.add(listener);
    return () => this.#awaiting.delete(listener);
  }

  readonly #onGreeting = (event: MessageEvent<unknown>): void => {
    const { data, source, ports } = event;
    const isHello =
      typeof data === "object" && data !== null && "type" in data && data.type === "touchline:hello";
    if (!isHello || source !== this.window.parent || source === this.window) return;
    this.window.removeEventListener("message", this.#onGreeting);
    this.#port = ports[0];
    this.#port?.addEventListener("message", ({ data: said }: MessageEvent<ToFrame>) => this.#hear(said));
    this.#port?.start();
    if (this.#token !== undefined) this.#renewEarly(this.#token);
  };

  #hear(message: ToFrame): void {
    switch (message.type) {
      case "token":
        this.#take(message.token);
        break;
      case "no-token":
        this.#refuse(message.detail);
        break;
      case "theme":
        this.#change({ theme: message.theme, scheme: message.scheme });
        break;
      case "shown":
        this.#change({ isShown: message.isShown });
        break;
    }
  }

  #take(token: string): void {
    this.#token = token;
    for (const { resolve } of this.#waiting.splice(0)) resolve(token);
    for (const listener of this.#awaiting) listener();
    this.#renewEarly(token);
  }

  #refuse(detail: string): void {
    for (const { reject } of this.#waiting.splice(0)) reject(problem(detail));
  }

  #renewEarly(token: string): void {
    clearTimeout(this.#renewing);
    const end = endOf(token);
    if (this.#port === undefined || end === undefined) return;
    const wait = Math.max(end - Date.now() - EARLY_MS, 1000);
    this.#renewing = setTimeout(() => this.say({ type: "token-wanted" }), wait);
  }

  #next(): Promise<string> {
    return new Promise((resolve, reject) => {
      const waiting = { resolve, reject };
      this.#waiting.push(waiting);
      setTimeout(() => {
        if (!this.#waiting.includes(waiting)) return;
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(problem("The page around this one did not answer. Reload it."));
      }, PATIENCE_MS);
    });
  }

  #change(change: Partial<HostState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function problem(detail: string): ApiProblem {
  return new ApiProblem("embed-token-expired", 401, detail);
}

/** Returns when a token ends, in milliseconds since 1970; only the server knows whether it is good. */
function endOf(token: string): number | undefined {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const { exp } = JSON.parse(atob(payload)) as { exp: unknown };
    return typeof exp === "number" ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
