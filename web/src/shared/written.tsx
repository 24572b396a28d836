/** What somebody has written, in their lines and their direction. */
import { Text } from "@mantine/core";
import type { ReactNode } from "react";

export function Written({ children }: { children: ReactNode }): ReactNode {
  return (
    <Text size="sm" dir="auto" style={{ whiteSpace: "pre-wrap" }}>
      {children}
    </Text>
  );
}
