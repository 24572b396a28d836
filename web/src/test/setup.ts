/** What a browser has and jsdom lacks, before every test file. */
import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";
import { FakeEventSource } from "./fake-event-source";
import { FakeIntersectionObserver } from "./fake-intersection-observer";

// the first page of a file is compiled while the test waits for it
configure({ asyncUtilTimeout: 6000 });

window.matchMedia = (query) =>
  Object.assign(new EventTarget(), {
    matches: false,
    media: query,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });

window.ResizeObserver = class {
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
};

Object.assign(document, { fonts: new EventTarget() });

window.scrollTo = () => undefined;
// axe would measure letters with it
HTMLCanvasElement.prototype.getContext = () => null;
Element.prototype.scrollIntoView = () => undefined;

function show(this: HTMLDialogElement): void {
  this.open = true;
}

function close(this: HTMLDialogElement): void {
  this.open = false;
}

Object.assign(HTMLDialogElement.prototype, { show, close });

Object.assign(globalThis, { EventSource: FakeEventSource, IntersectionObserver: FakeIntersectionObserver });

afterEach(() => {
  cleanup();
  FakeIntersectionObserver.say(true);
  sessionStorage.clear();
  localStorage.clear();
});
