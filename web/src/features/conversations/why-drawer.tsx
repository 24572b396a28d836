/** Why a text went, waits, or did not go: what was decided, in order, and what that rested on. */
import { Drawer, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { TextReason } from "@/api/types";
import { Time } from "@/shared/time";
import { Empty, View } from "@/shared/view";
import { whyQuery } from "./api/explain-message";
import classes from "./why-drawer.module.css";

interface WhyDrawerProps {
  messageId: string | undefined;
  onClose: () => void;
}

export function WhyDrawer({ messageId, onClose }: WhyDrawerProps): ReactNode {
  return (
    <Drawer
      opened={messageId !== undefined}
      onClose={onClose}
      position="right"
      title="Why this text went or did not"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {messageId !== undefined && <Reasons messageId={messageId} />}
    </Drawer>
  );
}

function Reasons({ messageId }: { messageId: string }): ReactNode {
  const reasons = useQuery(whyQuery(messageId));
  return (
    <View
      what="the reasons"
      query={reasons}
      loading={<Skeleton height={120} />}
      empty={<Empty title="Nothing was decided yet">What happens to this text will appear here.</Empty>}
    >
      {(items) => (
        <ol className={classes.reasons}>
          {items.map((reason, position) => (
            <li key={position}>
              <Text size="sm">{reason.sentence}</Text>
              <Text size="xs" c="dimmed">
                <Time at={reason.at} />
                {aside(reason).map((word) => ` · ${word}`)}
                {reason.until !== null && (
                  <>
                    {" "}
                    · until <Time at={reason.until} as="within" />
                  </>
                )}
              </Text>
            </li>
          ))}
        </ol>
      )}
    </View>
  );
}

function aside({ actor, rule, step_id, version, clocks }: TextReason): string[] {
  return [
    actor !== null && `by ${actor}`,
    rule !== null && `rule ${rule.replaceAll("_", " ")}`,
    step_id !== null && `step ${step_id}${version === null ? "" : `, version ${version}`}`,
    ...clocks.map(({ zone, clock }) => `${clock} in ${zone.replaceAll("_", " ")}`),
  ].filter((word) => word !== false);
}
