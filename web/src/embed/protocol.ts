/** What the element on another system's page and our page in its frame say to each other, over a port of their own. */

/** The element's first message, to the frame's window; the port comes with it. */
export interface Hello {
  type: "touchline:hello";
}

export type Theme = Partial<Record<ThemeName, string>>;

export type ThemeName =
  | "--touchline-accent"
  | "--touchline-accent-text"
  | "--touchline-background"
  | "--touchline-text"
  | "--touchline-border"
  | "--touchline-radius"
  | "--touchline-font";

export type ToFrame =
  | { type: "token"; token: string }
  /** There was no token to be had; `detail` is a sentence. */
  | { type: "no-token"; detail: string }
  | { type: "theme"; theme: Theme; scheme: "light" | "dark" }
  /** Whether a person can see the frame. */
  | { type: "shown"; isShown: boolean };

export type FromFrame =
  | { type: "ready"; name: string }
  | { type: "token-wanted" }
  | { type: "unread"; count: number }
  | { type: "sent" }
  | { type: "close" };
