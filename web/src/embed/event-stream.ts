/** The stream of events for a page that asks with tokens: an EventSource could not send one. */
import type { Tokens } from "@/api/client";

/** Like an EventSource that was closed by its first interruption: whoever opened it opens another. */
export class TokenEventStream extends EventTarget {
  readyState: number = EventSource.CONNECTING;
  #reader: ReadableStreamDefaultReader<string> | undefined;

  constructor(tokens: Tokens) {
    super();
    void this.#read(tokens).catch(() => this.#end());
  }

  close(): void {
    this.readyState = EventSource.CLOSED;
    void this.#reader?.cancel();
  }

  async #read(tokens: Tokens): Promise<void> {
    const headers = { Authorization: `Bearer ${await tokens.current()}`, Accept: "text/event-stream" };
    const url = `${window.location.origin}/api/v1/events`;
    const answer = await fetch(new Request(url, { headers, credentials: "omit", cache: "no-store" }));
    if (!answer.ok || !answer.body) return this.#end();
    this.#reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    if (this.readyState === EventSource.CLOSED) return this.#reader.cancel();
    this.readyState = EventSource.OPEN;
    this.dispatchEvent(new Event("open"));
    let rest = "";
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) return this.#end();
      const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) this.#tell(block);
    }
  }

  /** Tells one event; what is a comment or has no name of its own is none of ours. */
  #tell(block: string): void {
    const fields = new Map(
      block.split("\n").map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
      }),
    );
    const name = fields.get("event");
    if (name) this.dispatchEvent(new MessageEvent(name, { data: fields.get("data") ?? "" }));
  }

  #end(): void {
    if (this.readyState === EventSource.CLOSED) return;
    this.readyState = EventSource.CLOSED;
    this.dispatchEvent(new Event("error"));
  }
}
