/** The seconds in which an approval can still be taken back. */
import { Button, Group, Paper, Text } from "@mantine/core";
import { useEffect, useEffectEvent, useState, type ReactNode } from "react";
import { useFocusAfter } from "@/shared/focus";
import { useShortcuts } from "@/shared/shortcuts";
import { ProblemNote } from "@/shared/view";
import { useUndoApprovals } from "./api/stack";
import classes from "./stack.module.css";

/** Texts approved together. */
export interface Batch {
  ids: string[];
  /** Whom it goes to, where it is one text. */
  name: string | null;
  /** When it leaves, on this machine's clock; the server has the last word. */
  until: number;
}

interface UndoBarProps {
  batches: Batch[];
  /** What became of the last one that was taken back. */
  outcome: string;
  onUndone: (batch: Batch, undone: string[], tooLate: string[]) => void;
  onOver: (batch: Batch) => void;
}

export function UndoBar({ batches, outcome, onUndone, onOver }: UndoBarProps): ReactNode {
  const batch = batches.at(-1);
  const undo = useUndoApprovals();
  // what became of it stands in the place of the button
  const bar = useFocusAfter<HTMLDivElement>(batch !== undefined);
  const takeBack = () => {
    if (!batch) return;
    undo.mutate(batch.ids, {
      onSuccess: ({ undone, too_late }) => onUndone(batch, undone, too_late),
    });
  };
  useShortcuts(batch ? [{ key: "z", label: "Take the last approval back", run: takeBack }] : []);
  const said = batch && (batch.name === null ? `${batch.ids.length} texts approved.` : `${batch.name}: approved.`);
  return (
    <div className={classes.undo}>
      <Paper
        ref={bar}
        tabIndex={-1}
        withBorder
        p="xs"
        className={classes.bar}
        data-empty={(!batch && outcome === "") || undefined}
      >
        <Group gap="sm" wrap="nowrap">
          <Text size="sm" role="status" miw={0}>
            {said ?? outcome}
          </Text>
          {batch && (
            <Button
              size="xs"
              variant="default"
              loading={undo.isPending}
              aria-keyshortcuts="z"
              onClick={takeBack}
            >
              Undo
              <Countdown key={batch.until} until={batch.until} onOver={() => onOver(batch)} />
            </Button>
          )}
        </Group>
        <ProblemNote error={undo.error} title="Nothing was taken back" />
      </Paper>
    </div>
  );
}

/** The seconds left, for the eye alone: read aloud each second they would drown all else. */
function Countdown({ until, onOver }: { until: number; onOver: () => void }): ReactNode {
  const left = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));
  const [seconds, setSeconds] = useState(left);
  const tick = useEffectEvent(() => {
    setSeconds(left());
    if (left() === 0) onOver();
  });
  useEffect(() => {
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, []);
  return <span aria-hidden>&nbsp;({seconds})</span>;
}
