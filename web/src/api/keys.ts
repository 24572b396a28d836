/** The names under which answers are kept. What changes them invalidates by the first word. */
export const keys = {
  session: ["session"],
  roles: ["roles"],
  workItems: ["work-items"],
  conversations: ["conversations"],
  sequences: ["sequences"],
  enrollments: ["enrollments"],
  records: ["records"],
} as const;
