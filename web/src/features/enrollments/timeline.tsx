/** What happened to an enrollment, from its beginning on. */
import { Anchor, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { TimelineEntry } from "@/api/types";
import { Icon } from "@/shared/icons";
import { userName } from "@/shared/names";
import { Time } from "@/shared/time";
import { detailOf, explainable, TIMELINE_KINDS } from "./words";
import classes from "./timeline.module.css";

interface TimelineProps {
  entries: TimelineEntry[];
  onWhy: (entry: TimelineEntry) => void;
}

export function Timeline({ entries, onWhy }: TimelineProps): ReactNode {
  const explained = explainable(entries);
  return (
    <ol className={classes.timeline} aria-label="Timeline">
      {entries.map((entry) => (
        <li key={entry.id} className={classes.entry}>
          <span className={classes.icon}>
            <Icon name={TIMELINE_KINDS[entry.kind].icon} size={14} />
          </span>
          <div className={classes.told}>
            <Text size="sm" fw={600}>
              {TIMELINE_KINDS[entry.kind].label}
              {entry.until !== null && (
                <>
                  {" "}
                  until <Time at={entry.until} as="within" />
                </>
              )}
            </Text>
            {detailOf(entry) && <Text size="sm">{detailOf(entry)}</Text>}
            <Text size="xs" c="dimmed">
              <Time at={entry.at} />
              {entry.step_id !== null && ` · step ${entry.step_id}`}
              {entry.actor !== null && ` · ${userName(entry.actor)}`}
              {explained.has(entry.id) && (
                <>
                  {" · "}
                  <Anchor
                    component="button"
                    type="button"
                    inherit
                    c="inherit"
                    underline="always"
                    aria-label={`Why? Step ${entry.step_id}`}
                    onClick={() => onWhy(entry)}
                  >
                    Why?
                  </Anchor>
                </>
              )}
            </Text>
          </div>
        </li>
      ))}
    </ol>
  );
}
