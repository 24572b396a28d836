/** A stack of similar texts: each filled in, with its own warnings, to be approved one by one or together. */
import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useRef, useState, type ReactNode } from "react";
import type { ApprovalResult, Stack as StackOfTexts, StackedWorkItem } from "@/api/types";
import { recordName } from "@/shared/names";
import { useShortcuts } from "@/shared/shortcuts";
import { Empty, ProblemNote } from "@/shared/view";
import { useApproveStack } from "./api/stack";
import { StackCard, type CardHandle } from "./stack-card";
import { UndoBar, type Batch } from "./undo-bar";
import classes from "./stack.module.css";

interface StackViewProps {
  stack: StackOfTexts;
  /** What stands where there is nothing left to do. */
  done: ReactNode;
}

export function StackView({ stack, done }: StackViewProps): ReactNode {
  const approve = useApproveStack();
  const cards = useRef(new Map<string, CardHandle>());
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [excluded, setExcluded] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [refused, setRefused] = useState<ReadonlyMap<string, ApprovalResult>>(new Map());
  const [batches, setBatches] = useState<Batch[]>([]);
  const [asks, setAsks] = useState(false);
  const [currentId, setCurrentId] = useState<string>();

  const shown = stack.items.filter((item) => !left.has(item.id));
  const current = shown.find((item) => item.id === currentId) ?? shown[0];
  const isChosen = (item: StackedWorkItem) => !(excluded.get(item.id) ?? item.warnings.length > 0);
  const chosen = shown.filter((item) => isChosen(item) && !item.warnings.some(({ blocks }) => blocks));

  const goTo = (item: StackedWorkItem | undefined) => {
    setCurrentId(item?.id);
    if (item) cards.current.get(item.id)?.focus();
  };
  const step = (by: 1 | -1) => {
    const index = shown.findIndex((item) => item.id === current?.id);
    goTo(shown[index + by] ?? current);
  };
  const leave = (ids: string[], back = false) =>
    setLeft((former) => {
      const next = new Set(former);
      for (const id of ids) {
        if (back) next.delete(id);
        else next.add(id);
      }
      return next;
    });

  const send = (items: StackedWorkItem[]) => {
    if (approve.isPending || items.length === 0) return;
    const others = shown.filter((item) => !items.includes(item));
    const after = others[shown.findIndex((item) => item === items[0])] ?? others.at(-1);
    approve.mutate(
      items.map((item) => ({
        id: item.id,
        text: cards.current.get(item.id)?.text() ?? item.text ?? "",
        seen: item.seen,
      })),
      {
        onSuccess: ({ results }) => {
          const leaving = results.filter(({ outcome }) => outcome === "leaving").map(({ id }) => id);
          for (const id of leaving) cards.current.get(id)?.clear();
          leave(leaving);
          setRefused(
            (former) =>
              new Map([
                ...[...former].filter(([id]) => !results.some((result) => result.id === id)),
                ...results
                  .filter(({ outcome }) => outcome !== "leaving")
                  .map((result) => [result.id, result] as const),
              ]),
          );
          if (leaving.length > 0) {
            const first = items.find(({ id }) => id === leaving[0]);
            setBatches((former) => [
              ...former,
              {
                ids: leaving,
                name: leaving.length === 1 && first ? recordName(first.record) : null,
                until: Date.now() + stack.undo_seconds * 1000,
              },
            ]);
          }
          goTo(leaving.length === items.length ? after : items.find(({ id }) => !leaving.includes(id)));
        },
      },
    );
  };

  useShortcuts([
    { key: "j", label: "Next text", run: () => step(1) },
    { key: "k", label: "Previous text", run: () => step(-1) },
    { key: "a", label: "Approve this text", run: () => current && send([current]) },
    { key: "e", label: "Edit this text", run: () => current && cards.current.get(current.id)?.edit() },
    {
      key: "x",
      label: "Take this text into the approval of all, or out of it",
      run: () => current && setExcluded(new Map(excluded).set(current.id, isChosen(current))),
    },
    { key: "shift+a", label: "Approve all chosen", run: () => chosen.length > 0 && setAsks(true) },
  ]);

  return (
    <>
      <UndoBar
        batches={batches}
        onUndone={(batch, undone) => {
          setBatches((former) => former.filter((one) => one !== batch));
          leave(undone, true);
        }}
        onOver={(batch) => setBatches((former) => former.filter((one) => one !== batch))}
      />
      <ProblemNote error={approve.error} title="Nothing was approved" />
      {shown.length === 0 ? (
        <Empty title="Nothing is left in this stack">{done}</Empty>
      ) : (
        <>
          <Group justify="space-between" my="sm">
            <Text size="sm" role="status">
              {shown.length} {shown.length === 1 ? "text" : "texts"} to approve
              {stack.more > 0 && `, and ${stack.more} more after these`}
            </Text>
            <Button
              disabled={chosen.length === 0}
              loading={approve.isPending}
              aria-keyshortcuts="Shift+A"
              onClick={() => setAsks(true)}
            >
              Approve {chosen.length} chosen
            </Button>
          </Group>
          <Stack component="ol" gap="sm" className={classes.cards} aria-label="Texts to approve">
            {shown.map((item) => (
              <li key={item.id}>
                <StackCard
                  ref={(handle) => {
                    if (handle) cards.current.set(item.id, handle);
                    else cards.current.delete(item.id);
                  }}
                  item={item}
                  refused={refused.get(item.id)}
                  isCurrent={item.id === current?.id}
                  isChosen={isChosen(item)}
                  isBusy={approve.isPending}
                  onChoose={(isIn) => setExcluded(new Map(excluded).set(item.id, !isIn))}
                  onApprove={() => send([item])}
                  onSkipped={() => {
                    leave([item.id]);
                    goTo(shown[shown.indexOf(item) + 1]);
                  }}
                  onFocus={() => setCurrentId(item.id)}
                />
              </li>
            ))}
          </Stack>
        </>
      )}
      <Modal
        opened={asks}
        onClose={() => setAsks(false)}
        title={`Approve ${chosen.length} ${chosen.length === 1 ? "text" : "texts"}?`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Stack>
          <Text size="sm">
            They leave in {stack.undo_seconds} seconds, and can be taken back until then.
          </Text>
          {chosen.length < shown.length && (
            <Alert color="gray" p="xs">
              {shown.length - chosen.length} not chosen or not ready stay here.
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsks(false)}>
              Cancel
            </Button>
            <Button
              data-autofocus
              onClick={() => {
                setAsks(false);
                send(chosen);
              }}
            >
              Approve {chosen.length}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
