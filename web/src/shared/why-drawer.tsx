/** Why a text went, waits, or did not go: what was decided, in order, and what that rested on. */
import { Button, Drawer, Group, Skeleton, Text, TextInput } from "@mantine/core";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { TextReason } from "@/api/types";
import { fromField } from "./local-time";
import { Time } from "./time";
import { Empty, View } from "./view";
import type { Explained } from "./why";
import classes from "./why-drawer.module.css";

interface WhyDrawerProps {
  /** Undefined while the drawer is closed. */
  of: Explained | undefined;
  onClose: () => void;
}

export function WhyDrawer({ of, onClose }: WhyDrawerProps): ReactNode {
  return (
    <Drawer
      opened={of !== undefined}
      onClose={onClose}
      position="right"
      title="Why this text went or did not"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {of !== undefined && <Reasons key={of.id} of={of} />}
    </Drawer>
  );
}

function Reasons({ of }: { of: Explained }): ReactNode {
  const [asOf, setAsOf] = useState("");
  const at = fromField(asOf);
  const reasons = useQuery(of.query(at?.toISOString()));
  return (
    <>
      <Group gap="xs" align="flex-end" mb="md">
        <TextInput
          type="datetime-local"
          // decisions are seconds apart
          step={1}
          label="As things stood at"
          description="On your clock. Empty: as they are now."
          value={asOf}
          onChange={(event) => setAsOf(event.currentTarget.value)}
        />
        <Button variant="default" disabled={asOf === ""} onClick={() => setAsOf("")}>
          Now
        </Button>
      </Group>
      <ReasonList reasons={reasons} isPast={at !== null} />
    </>
  );
}

interface ReasonListProps {
  reasons: UseQueryResult<TextReason[]>;
  isPast: boolean;
}

function ReasonList({ reasons, isPast }: ReasonListProps): ReactNode {
  return (
    <View
      what="the reasons"
      query={reasons}
      loading={<Skeleton height={120} />}
      empty={
        isPast ? (
          <Empty title="Nothing was decided by then">Choose a later time.</Empty>
        ) : (
          <Empty title="Nothing was decided yet">What happens to this text will appear here.</Empty>
        )
      }
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
