import { beforeEach, expect, test, vi } from "vitest";
import { applyTheme } from "./theme";
import type { Theme } from "./protocol";

let element: HTMLElement;

beforeEach(() => {
  element = document.createElement("div");
  // what a browser takes for a value is the browser's to say: here, all
  vi.stubGlobal("CSS", { supports: (property: string, value: string) => property !== "" && value !== "nonsense" });
});

test("the host's variables are followed by ours, and taken back with them", () => {
  applyTheme(element, { "--touchline-accent": "rebeccapurple", "--touchline-font": "Georgia, serif" });
  expect(element.style.getPropertyValue("--touchline-accent")).toBe("rebeccapurple");
  expect(element.style.getPropertyValue("--mantine-primary-color-filled")).toBe("rebeccapurple");
  expect(element.style.getPropertyValue("--mantine-font-family")).toBe("Georgia, serif");
  applyTheme(element, {});
  expect(element.getAttribute("style") ?? "").toBe("");
});

test.each([
  "url(https://evil.example/x)",
  "URL( 'x' )",
  "image-set('x' 1x)",
  "var(--secret)",
  "red; background: blue",
  "red} body {",
  "\\75 rl(x)",
  "nonsense",
])("what is no plain value is left out: %s", (value) => {
  applyTheme(element, { "--touchline-background": value });
  expect(element.getAttribute("style") ?? "").toBe("");
});

test("what is none of the seven names is left out", () => {
  applyTheme(element, { "--mantine-color-body": "red", color: "red" } as Theme);
  expect(element.getAttribute("style") ?? "").toBe("");
});
