/** How the host's look becomes ours: seven variables, of which only plain values are taken. */
import type { Theme, ThemeName } from "./protocol";

/** A property that the values of each name must be good for, and which variables of ours follow it. */
const OURS: Record<ThemeName, { property: string; followed: string[] }> = {
  "--touchline-accent": {
    property: "color",
    followed: [
      "--mantine-primary-color-filled",
      "--mantine-primary-color-filled-hover",
      "--mantine-color-anchor",
    ],
  },
  "--touchline-accent-text": { property: "color", followed: ["--mantine-primary-color-contrast"] },
  "--touchline-background": {
    property: "color",
    followed: ["--mantine-color-body", "--canvas", "--panel"],
  },
  "--touchline-text": {
    property: "color",
    followed: ["--mantine-color-text", "--mantine-color-bright"],
  },
  "--touchline-border": {
    property: "color",
    followed: ["--line", "--line-strong", "--mantine-color-default-border"],
  },
  "--touchline-radius": {
    property: "border-radius",
    followed: ["--mantine-radius-default", "--mantine-radius-md"],
  },
  "--touchline-font": { property: "font-family", followed: ["--mantine-font-family"] },
};

/** Gives `element`, the document's root, the look that `theme` asks for; what is no plain value is left out. */
export function applyTheme(element: HTMLElement, theme: Theme): void {
  for (const [name, { property, followed }] of Object.entries(OURS)) {
    const value = theme[name as ThemeName];
    const isTaken = typeof value === "string" && isPlain(property, value);
    for (const ours of [name, ...followed]) {
      if (isTaken) element.style.setProperty(ours, value);
      else element.style.removeProperty(ours);
    }
  }
}

/** Whether `value` is one that the browser takes for `property`, and that fetches nothing. */
function isPlain(property: string, value: string): boolean {
  return !/url\(|image|var\(|[;{}\\]/i.test(value) && CSS.supports(property, value);
}
