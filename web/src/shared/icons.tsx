/** The page's icons, drawn on a grid of 24 and named by what they mean. Beside words, so hidden from screen readers. */
import type { ReactNode } from "react";

const PATHS = {
  text: "M4 5h16v11H10l-4 4v-4H4z",
  call: "M6 3h4l2 5-2.5 2a12 12 0 0 0 4.5 4.5l2-2.5 5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 4 5a2 2 0 0 1 2-2z",
  task: "M4 4h16v16H4zM8 12l3 3 5-6",
  failed: "M12 3 2 20h20zM12 9v5M12 17v.5",
  uncertain: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 16.5v.5",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2",
  check: "M5 12l5 5 9-10",
  delivered: "M2 12l5 5 9-10M12 16l1 1 9-10",
  refused: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM6 6l12 12",
  pause: "M8 5v14M16 5v14",
  resume: "M7 4l13 8-13 8z",
  branch: "M6 3v18M6 12h6a6 6 0 0 0 6-6V3M15 6l3-3 3 3",
  end: "M5 21V4h13l-3 4 3 4H5",
  reply: "M9 6l-6 6 6 6M3 12h12a6 6 0 0 1 6 6",
  enrolled: "M12 5v14M5 12h14",
  back: "M14 5l-7 7 7 7",
  download: "M12 3v12M7 10l5 5 5-5M4 20h16",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5",
  moon: "M20 14A8 8 0 1 1 10 4a7 7 0 0 0 10 10z",
  work: "M4 6h16M4 12h16M4 18h10",
  sequence: "M5 4h6v5H5zM13 15h6v5h-6zM8 9v8h5",
  records: "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21a7 7 0 0 1 14 0M16 3.5a4 4 0 0 1 0 7M18 14.5a7 7 0 0 1 4 6.5",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 21 21",
  snooze: "M4 9h7l-7 9h7M14 4h5l-5 6h5",
  handOver: "M8 10a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2 20a6 6 0 0 1 12 0M15 12h7M19 9l3 3-3 3",
  stack: "M12 3 3 8l9 5 9-5zM3 12.5l9 5 9-5M3 17l9 5 9-5",
  undo: "M8 5 3 10l5 5M3 10h11a6 6 0 0 1 0 12h-3",
  template: "M5 3h14v18H5zM9 8h6M9 12h6M9 16h3",
  consent: "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM8.5 12l2.5 2.5 4.5-5",
  block: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM7 12h10",
  move: "M4 8h15M15 4l4 4-4 4M20 16H5M9 12l-4 4 4 4",
  inbox: "M5 5h14l3 9v6H2v-6zM2 14h6l1.5 3h5l1.5-3h6",
  attach: "M19 11l-7.5 7.5a4.5 4.5 0 0 1-6.4-6.4L13 4.2a3 3 0 0 1 4.2 4.2l-7.8 7.9a1.5 1.5 0 0 1-2.1-2.1L14 7.5",
  schedule: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4M12 13v2.5l2 1",
  why: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v6M12 7.5v.5",
  team: "M12 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM5 11a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM19 11a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM7 20a5 5 0 0 1 10 0M1.5 18a4 4 0 0 1 4.5-4M22.5 18a4 4 0 0 0-4.5-4",
  unit: "M9 3h6v5H9zM3 16h6v5H3zM15 16h6v5h-6zM12 8v4M6 16v-4h12v4",
  key: "M7.5 12a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.7 13.3 20 4M16 8l3 3M13.5 10.5l2 2",
  code: "M8 6l-6 6 6 6M16 6l6 6-6 6",
  copy: "M9 9h12v12H9zM5 15H3V3h12v2",
  follow: "M12 3l2.7 5.7 6.3.8-4.6 4.3 1.2 6.2-5.6-3-5.6 3 1.2-6.2L3 9.5l6.3-.8z",
  more: "M4.5 12h1M11.5 12h1M18.5 12h1M5 11.5v1M12 11.5v1M19 11.5v1",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }): ReactNode {
  return (
    <svg
      aria-hidden
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      style={{ flex: "none" }}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
