/**
 * The element `<touchline-text record="…">` of other systems' forms: a button that opens the record's conversation.
 *
 * The page loads this file from us, and nothing else: what is said with the customer is shown in a frame of ours, which
 * the page cannot look into. The host's own server signs the token that says who is at work on which record.
 */
import type { FromFrame, Hello, Theme, ThemeName, ToFrame } from "./protocol";

const OURS = new URL(import.meta.url).origin;

const THEME: ThemeName[] = [
  "--touchline-accent",
  "--touchline-accent-text",
  "--touchline-background",
  "--touchline-text",
  "--touchline-border",
  "--touchline-radius",
  "--touchline-font",
];

const STYLE = `
:host { display: inline-block; position: relative; }
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
.open, .again, .close {
  font: 600 0.875rem/1.3 var(--touchline-font, system-ui, sans-serif);
  padding: 0.4em 0.9em;
  border: 1px solid transparent;
  border-radius: var(--touchline-radius, 8px);
  cursor: pointer;
}
.open { background: var(--touchline-accent, #1b7051); color: var(--touchline-accent-text, #fff); }
.open[aria-busy="true"] { cursor: progress; }
.again, .close { background: none; color: inherit; border-color: var(--touchline-border, #c3cac7); }
button:focus-visible { outline: 2px solid var(--touchline-accent, #1b7051); outline-offset: 2px; }
.unread:not(:empty) {
  display: inline-block; min-width: 1.5em; margin-inline-start: 0.5em; padding: 0 0.4em; border-radius: 1em;
  background: var(--touchline-accent-text, #fff); color: var(--touchline-accent, #1b7051); text-align: center;
}
.trouble { margin: 0.4em 0; font: 0.875rem/1.4 var(--touchline-font, system-ui, sans-serif); }
dialog {
  position: absolute; z-index: 2147483000; inset: calc(100% + 6px) auto auto 0; margin: 0; padding: 0;
  width: min(24rem, calc(100vw - 2rem)); height: min(34rem, 80vh);
  border: 1px solid var(--touchline-border, #c3cac7); border-radius: var(--touchline-radius, 8px); overflow: hidden;
  background: var(--touchline-background, Canvas); color: var(--touchline-text, CanvasText);
  box-shadow: 0 10px 30px rgb(0 0 0 / 0.18);
}
dialog[open] { display: flex; flex-direction: column; }
header { display: flex; align-items: center; justify-content: space-between; gap: 0.5rem; padding: 0.4rem 0.6rem; }
h2 { margin: 0; font: 600 1rem/1.3 var(--touchline-font, system-ui, sans-serif); overflow-wrap: anywhere; }
iframe { flex: 1; width: 100%; border: 0; }
@media (max-width: 480px) {
  dialog { position: fixed; inset: 0; width: 100vw; height: 100dvh; max-width: none; max-height: none; border: 0; border-radius: 0; }
}
`;

class TouchlineText extends HTMLElement {
  static readonly observedAttributes = ["record", "label", "open"];

  /** Where the token comes from, instead of `token-url`. */
  // declared, not defined: a page may have set it before this file came
  declare tokenProvider?: (record: string) => Promise<string>;

  readonly #button = make("button", { type: "button", class: "open", "aria-haspopup": "dialog" });
  readonly #label = make("span", {});
  readonly #unread = make("span", { class: "unread", role: "img" });
  readonly #trouble = make("div", { class: "trouble", role: "alert" });
  readonly #dialog = make("dialog", { "aria-labelledby": "title" });
  readonly #title = make("h2", { id: "title" });
  #frame: HTMLIFrameElement | undefined;
  #port: MessagePort | undefined;
  /** Stands for the opening that is under way. */
  #opening: object | undefined;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    // not a style element: the host's own policy may allow none
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const close = make("button", { type: "button", class: "close" });
    close.textContent = "Close";
    const header = make("header", {});
    header.append(this.#title, close);
    this.#title.textContent = "Texts";
    this.#dialog.append(header);
    this.#button.append(this.#label);
    root.append(this.#button, this.#trouble, this.#dialog);
    this.#button.addEventListener("click", () => this.toggleAttribute("open"));
    close.addEventListener("click", () => this.#close());
    this.#dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#close();
    });
    this.#show();
  }

  get #record(): string {
    return this.getAttribute("record") ?? "";
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now) return;
    if (name === "record" && before !== null) this.#reset();
    if (name === "open" && this.isConnected) this.#follow(now !== null);
    this.#show();
  }

  connectedCallback(): void {
    if (this.hasAttribute("open")) this.#follow(true);
  }

  disconnectedCallback(): void {
    this.#reset();
  }

  #show(): void {
    this.#label.textContent = this.getAttribute("label") ?? "Text";
    this.#button.setAttribute("aria-expanded", String(this.#dialog.open));
  }

  #follow(isOpen: boolean): void {
    if (isOpen) void this.#open();
    else if (this.#dialog.open) this.#hide();
  }

  async #open(): Promise<void> {
    if (this.#opening) return;
    this.#trouble.replaceChildren();
    if (!this.#frame) {
      const opening = (this.#opening = {});
      this.#button.setAttribute("aria-busy", "true");
      const token = await this.#token(this.#record);
      // another record, while the token was on its way
      if (opening !== this.#opening) return;
      this.#endOpening();
      if (token === undefined || !this.hasAttribute("open")) return;
      this.#frame = this.#load(token);
      this.#dialog.append(this.#frame);
    }
    this.#dialog.show();
    this.#show();
    this.#say({ type: "shown", isShown: true });
    this.#frame.focus();
    this.#tell("touchline-open");
  }

  #endOpening(): void {
    this.#opening = undefined;
    this.#button.removeAttribute("aria-busy");
  }

  #close(): void {
    this.removeAttribute("open");
  }

  #hide(): void {
    const hadFocus = this.shadowRoot?.activeElement != null;
    this.#dialog.close();
    this.#say({ type: "shown", isShown: false });
    if (hadFocus) this.#button.focus();
  }

  /** Forgets the conversation: what is shown next is another's. */
  #reset(): void {
    this.#endOpening();
    this.#dialog.close();
    this.#port?.close();
    this.#port = undefined;
    this.#frame?.remove();
    this.#frame = undefined;
    this.#trouble.replaceChildren();
    this.#count(0);
    this.#title.textContent = "Texts";
    this.removeAttribute("open");
  }

  /** Makes the frame of the key that the token is signed with; it gets the token over a port, never in its address. */
  #load(token: string): HTMLIFrameElement {
    const frame = make("iframe", { title: "Texts", src: `${OURS}/embed/${keyOf(token)}` });
    frame.addEventListener("load", () => {
      const { port1, port2 } = new MessageChannel();
      this.#port?.close();
      this.#port = port1;
      port1.addEventListener("message", ({ data }: MessageEvent<FromFrame>) => this.#hear(data));
      port1.start();
      const hello: Hello = { type: "touchline:hello" };
      // to our origin only: whatever else may be in the frame gets nothing
      frame.contentWindow?.postMessage(hello, OURS, [port2]);
      this.#say({ type: "theme", ...this.#theme() });
      this.#say({ type: "shown", isShown: this.#dialog.open });
      this.#say({ type: "token", token });
    });
    return frame;
  }

  #hear(message: FromFrame): void {
    switch (message.type) {
      case "ready":
        this.#title.textContent = `Texts with ${message.name}`;
        break;
      case "token-wanted":
        void this.#renew();
        break;
      case "unread":
        this.#count(message.count);
        this.#tell("touchline-unread", { count: message.count });
        break;
      case "sent":
        this.#tell("touchline-sent");
        break;
      case "close":
        this.#close();
        break;
    }
  }

  #count(unread: number): void {
    this.#unread.textContent = unread > 0 ? String(unread) : "";
    this.#unread.ariaLabel = unread > 0 ? `${unread} unread` : null;
    // an empty one would be a picture without a name
    this.#button.replaceChildren(...(unread > 0 ? [this.#label, " ", this.#unread] : [this.#label]));
  }

  async #renew(): Promise<void> {
    const port = this.#port;
    const token = await this.#token(this.#record);
    if (port !== this.#port) return;
    this.#say(
      token === undefined
        ? { type: "no-token", detail: "This page could not be signed in again." }
        : { type: "token", token },
    );
  }

  /** Asks the host's own server for a token; what goes wrong is told under the button. */
  async #token(record: string): Promise<string | undefined> {
    try {
      const token = await (this.tokenProvider?.(record) ?? this.#fetched(record));
      keyOf(token);
      if (record === this.#record) this.#trouble.replaceChildren();
      return token;
    } catch {
      if (record === this.#record) this.#fail();
      return undefined;
    }
  }

  async #fetched(record: string): Promise<string> {
    const url = new URL(this.getAttribute("token-url") ?? "/touchline-token", document.baseURI);
    url.searchParams.set("record", record);
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const { token } = (await answer.json()) as { token: string };
    return token;
  }

  #fail(): void {
    const detail = "The texts cannot be opened right now.";
    const again = make("button", { type: "button", class: "again" });
    again.textContent = "Try again";
    again.addEventListener("click", () => {
      if (this.#frame) void this.#renew();
      else this.setAttribute("open", "");
    });
    this.#trouble.replaceChildren(`${detail} `, again);
    if (!this.#frame) this.#close();
    this.#tell("touchline-error", { detail });
  }

  #theme(): { theme: Theme; scheme: "light" | "dark" } {
    const style = getComputedStyle(this);
    const theme: Theme = {};
    for (const name of THEME) {
      const value = style.getPropertyValue(name).trim();
      if (value) theme[name] = value;
    }
    const prefersDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const schemes = style.colorScheme.split(" ");
    const isDark = schemes.includes("dark") && (prefersDark || !schemes.includes("light"));
    return { theme, scheme: isDark ? "dark" : "light" };
  }

  #say(message: ToFrame): void {
    this.#port?.postMessage(message);
  }

  #tell(name: string, detail?: object): void {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }
}

/** Returns the id of the key that a token is signed with. Throws for what is no token of ours. */
function keyOf(token: string): string {
  const header = token.split(".")[0]?.replaceAll("-", "+").replaceAll("_", "/") ?? "";
  const { kid } = JSON.parse(atob(header)) as { kid: unknown };
  if (typeof kid !== "string" || !/^[0-9a-f-]{36}$/i.test(kid)) throw new Error("no key");
  return kid;
}

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string>,
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

if (!customElements.get("touchline-text")) customElements.define("touchline-text", TouchlineText);
