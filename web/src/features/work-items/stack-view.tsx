/** A stack of similar texts: each filled in, with its own warnings, to be approved one by one or together. */
import { Alert, Button, Checkbox, Group, List, Modal, Stack, Text } from "@mantine/core";
import { useRef, useState, type ReactNode } from "react";
import type { ApprovalResult, Stack as StackOfTexts, WorkItemInHand } from "@/api/types";
import { customerName } from "@/shared/names";
import { useShortcuts } from "@/shared/shortcuts";
import { Empty, ProblemNote } from "@/shared/view";
import { useApproveStack } from "./api/stack";
import { StackCard, type CardHandle } from "./stack-card";
import { isStopped } from "./text-warnings";
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
  const [approved, setApproved] = useState<ReadonlySet<string>>(new Set());
  const [picked, setPicked] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [refused, setRefused] = useState<ReadonlyMap<string, ApprovalResult>>(new Map());
  const [batches, setBatches] = useState<Batch[]>([]);
  const [takenBack, setTakenBack] = useState("");
  const [asks, setAsks] = useState(false);
  const [currentId, setCurrentId] = useState<string>();

  const shown = stack.items;
  const current = shown.find((item) => item.id === currentId) ?? shown[0];
  // approved here, and open again without having been taken back: it changed before it left
  const returned = shown.filter(({ id }) => approved.has(id));
  const ready = shown.filter((item) => !isStopped(item.warnings));
  const isChosen = (item: WorkItemInHand) =>
    picked.get(item.id) ?? !(mustBeLookedAt(item) || returned.includes(item));
  const chosen = ready.filter(isChosen);
  const isAll = chosen.length === ready.length;

  const choose = (items: WorkItemInHand[], isIn: boolean) =>
    setPicked(new Map([...picked, ...items.map(({ id }) => [id, isIn] as const)]));
  const goTo = (item: WorkItemInHand | undefined) => {
    setCurrentId(item?.id);
    if (item) cards.current.get(item.id)?.focus();
  };
  const step = (by: 1 | -1) => {
    const index = shown.findIndex((item) => item.id === current?.id);
    goTo(shown[index + by] ?? current);
  };
  /** Returns what stands in the place of the first of `items` once they have left. */
  const after = (items: WorkItemInHand[]) => {
    const others = shown.filter((item) => !items.includes(item));
    return others[shown.findIndex((item) => item === items[0])] ?? others.at(-1);
  };
  const settle = (ids: string[], results: ApprovalResult[] = []) =>
    setRefused(
      (former) =>
        new Map([
          ...[...former].filter(([id]) => !ids.includes(id)),
          ...results.map((result) => [result.id, result] as const),
        ]),
    );

  const send = (items: WorkItemInHand[]) => {
    if (items.length === 0) return;
    const sent = items.flatMap((item) => {
      const card = cards.current.get(item.id);
      return card ? [{ item, card }] : [];
    });
    approve.mutate(
      sent.map(({ item, card }) => ({ id: item.id, ...card.approval() })),
      {
        onSuccess: ({ results }) => {
          const leaving = results.filter(({ outcome }) => outcome === "leaving").map(({ id }) => id);
          for (const { item, card } of sent) if (leaving.includes(item.id)) card.clear();
          settle(
            items.map(({ id }) => id),
            results.filter(({ id }) => !leaving.includes(id)),
          );
          setTakenBack("");
          setApproved((former) => new Set([...former, ...leaving]));
          setPicked((former) => new Map([...former].filter(([id]) => !leaving.includes(id))));
          if (leaving.length > 0) {
            const first = items.find(({ id }) => id === leaving[0]);
            setBatches((former) => [
              ...former,
              {
                ids: leaving,
                name: leaving.length === 1 && first ? customerName(first) : null,
                until: Date.now() + stack.undo_seconds * 1000,
              },
            ]);
          }
          goTo(leaving.length === items.length ? after(items) : items.find(({ id }) => !leaving.includes(id)));
        },
      },
    );
  };
  const over = (batch: Batch) => setBatches((former) => former.filter((one) => one !== batch));
  const undone = (batch: Batch, back: string[], tooLate: string[]) => {
    over(batch);
    setApproved((former) => new Set([...former].filter((id) => !back.includes(id))));
    const late = tooLate.length === 0 ? "" : `; ${tooLate.length} had left already`;
    setTakenBack(`${back.length} taken back${late}.`);
  };

  useShortcuts([
    { key: "j", label: "Next text", run: () => step(1) },
    { key: "k", label: "Previous text", run: () => step(-1) },
    { key: "a", label: "Approve this text", run: () => current && send([current]) },
    { key: "e", label: "Edit this text", run: () => current && cards.current.get(current.id)?.edit() },
    {
      key: "x",
      label: "Take this text into the approval of all, or out of it",
      run: () => current && choose([current], !isChosen(current)),
    },
    { key: "shift+x", label: "Choose all texts, or none", run: () => choose(ready, !isAll) },
    { key: "shift+a", label: "Approve all chosen", run: () => chosen.length > 0 && setAsks(true) },
  ]);

  return (
    <>
      <UndoBar batches={batches} outcome={takenBack} onUndone={undone} onOver={over} />
      {returned.length > 0 && <Returned items={returned} />}
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
            <Group>
              <Checkbox
                size="xs"
                label="Choose all"
                aria-keyshortcuts="Shift+X"
                checked={isAll && ready.length > 0}
                indeterminate={chosen.length > 0 && !isAll}
                disabled={ready.length === 0}
                onChange={(event) => choose(ready, event.currentTarget.checked)}
              />
              <Button
                disabled={chosen.length === 0}
                loading={approve.isPending}
                aria-keyshortcuts="Shift+A"
                onClick={() => setAsks(true)}
              >
                Approve {chosen.length} chosen
              </Button>
            </Group>
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
                  onChoose={(isIn) => choose([item], isIn)}
                  onApprove={() => send([item])}
                  onSkipped={() => goTo(after([item]))}
                  onRead={() => settle([item.id])}
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

/** Returns whether a text is chosen by a person alone: what it costs is no reason to look at it, all else is. */
function mustBeLookedAt({ warnings }: WorkItemInHand): boolean {
  return warnings.some(({ about }) => about !== "cost");
}

/** Texts that were approved here and did not leave. */
function Returned({ items }: { items: WorkItemInHand[] }): ReactNode {
  const what = items.length === 1 ? "1 approved text was" : `${items.length} approved texts were`;
  return (
    <Alert color="amber" role="alert" title={`${what} not sent`} p="xs" mt="sm">
      <List size="sm">
        {items.map((item) => (
          <List.Item key={item.id}>
            {customerName(item)}: {item.reason ?? "It is open again."}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
