/** Instants on the page: short to read, exact on hover. */
import { Text, type TextProps } from "@mantine/core";
import type { ReactNode } from "react";
import { clock, clockIn, day, exact, moment, momentWithin, relative } from "./instants";
import { useNow } from "./now";

const SHAPES = { clock: (at: Date) => clock(at), day, moment, within: momentWithin, relative };

/** An instant in the reader's zone, as a time of day, a day, a moment (by itself or within a sentence), or how far away it is. */
export function Time({ at, as = "moment" }: { at: string; as?: keyof typeof SHAPES }): ReactNode {
  const now = useNow();
  const instant = new Date(at);
  return (
    <time dateTime={at} title={exact(instant)}>
      {SHAPES[as](instant, now)}
    </time>
  );
}

/** What the customer's own clock shows, where their zone is known. */
export function CustomerTime({ zone, ...props }: { zone: string | null } & TextProps): ReactNode {
  const time = useCustomerTime(zone);
  if (time === null) return null;
  return (
    <Text span size="xs" c="dimmed" title={`The customer's local time (${zone})`} {...props}>
      {time} there
    </Text>
  );
}

function useCustomerTime(zone: string | null): string | null {
  const now = useNow();
  return zone === null ? null : clockIn(zone, now);
}
