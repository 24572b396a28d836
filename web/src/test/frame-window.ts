/** A frame in a page of another system, at the border of ours: a test says what the page around it does. */
import { vi } from "vitest";
import { Host } from "@/embed/host";
import type { FromFrame, ToFrame } from "@/embed/protocol";

const ports: MessagePort[] = [];

/** A token that ends so many seconds from now. */
export function token(seconds: number, name = "t"): string {
  const claims = btoa(JSON.stringify({ exp: Math.floor(Date.now() / 1000) + seconds, name }));
  return `${btoa("{}")}.${claims}.signature`;
}

/** A window with a page around it, as a frame's. */
class FrameWindow extends EventTarget {
  readonly location = new URL("https://touchline.example.com/embed/k-1");
  readonly parent = new EventTarget();
  readonly history = {
    replaceState: vi.fn<(state: unknown, unused: string, url: string) => void>(),
  };
}

interface Around {
  window: FrameWindow;
  host: Host;
  heard: FromFrame[];
  say: (message: ToFrame) => void;
}

export function frame(address = ""): { window: FrameWindow; host: Host } {
  const window = new FrameWindow();
  window.location.hash = address;
  return { window, host: new Host(window as unknown as Window) };
}

export function greet(window: FrameWindow, source: unknown = window.parent): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const hello = new MessageEvent("message", { data: { type: "touchline:hello" } });
  Object.defineProperties(hello, { source: { value: source }, ports: { value: [port2] } });
  window.dispatchEvent(hello);
  ports.push(port1);
  return port1;
}

export function greeted(address = ""): Around {
  const { window, host } = frame(address);
  const port = greet(window);
  const heard: FromFrame[] = [];
  port.addEventListener("message", ({ data }: MessageEvent<FromFrame>) => heard.push(data));
  port.start();
  return { window, host, heard, say: (message) => port.postMessage(message) };
}

/** Ends what the frames of a test and the pages around them say to each other. */
export function closePorts(): void {
  for (const port of ports.splice(0)) port.close();
}
