/** What one may do with an item other than deciding it: put it off, hand it over, note what comes after it, mark it. */
import { Button, Group } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { WorkItem, WorkItemInHand } from "@/api/types";
import { Icon } from "@/shared/icons";
import { useNow } from "@/shared/now";
import { useMay } from "@/shared/session";
import { useShortcuts } from "@/shared/shortcuts";
import { Time } from "@/shared/time";
import { ProblemNote } from "@/shared/view";
import { useFollow, useMarkOpened } from "./api/mark-work-item";
import { useSnoozeWorkItem } from "./api/snooze-work-item";
import { FollowUpDialog } from "./follow-up-dialog";
import { HandOverDialog } from "./hand-over-dialog";
import { SnoozeMenu } from "./snooze-menu";

type Open = "snooze" | "hand-over" | "follow-up";

interface ItemActionsProps {
  item: WorkItemInHand;
  /** Called when the item has left the list for now. */
  onGone: (item: WorkItem) => void;
}

export function ItemActions({ item, onGone }: ItemActionsProps): ReactNode {
  const [open, setOpen] = useState<Open>();
  const { may_write: mayWrite, may_assign: mayAssign } = item;
  const mayAdd = useMay("work_item", "create", "append") && item.may_append_to;
  const unsnooze = useSnoozeWorkItem(item.id);
  const marking = useMarkOpened(item.id);
  const following = useFollow(item.id);
  const markOpened = () => marking.mutate(!item.is_opened);
  const follow = () => following.mutate(!item.is_followed);
  const openedLabel = item.is_opened ? "Mark as unopened" : "Mark as opened";
  const followLabel = item.is_followed ? "Unfollow" : "Follow";
  const now = useNow();
  const close = () => setOpen(undefined);
  useShortcuts([
    ...(mayWrite ? [{ key: "s", label: "Snooze", run: () => setOpen("snooze") }] : []),
    ...(mayAssign ? [{ key: "h", label: "Hand over", run: () => setOpen("hand-over") }] : []),
    ...(mayAdd ? [{ key: "n", label: "Note a follow-up", run: () => setOpen("follow-up") }] : []),
    { key: "w", label: followLabel, run: follow },
    { key: "u", label: openedLabel, run: markOpened },
  ]);
  return (
    <Group gap="xs">
      {mayWrite && (
        <SnoozeMenu
          item={item}
          isOpen={open === "snooze"}
          onToggle={(isOpen) => setOpen(isOpen ? "snooze" : undefined)}
          onSnoozed={onGone}
        />
      )}
      {mayWrite && item.snoozed_until !== null && new Date(item.snoozed_until) > now && (
        <Button
          size="xs"
          variant="default"
          loading={unsnooze.isPending}
          onClick={() => unsnooze.mutate(null)}
        >
          Bring back now (snoozed until <Time at={item.snoozed_until} as="within" />)
        </Button>
      )}
      {mayAssign && (
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="handOver" />}
          aria-keyshortcuts="h"
          onClick={() => setOpen("hand-over")}
        >
          Hand over
        </Button>
      )}
      {mayAdd && (
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="schedule" />}
          aria-keyshortcuts="n"
          onClick={() => setOpen("follow-up")}
        >
          Follow up
        </Button>
      )}
      <Button
        size="xs"
        variant="default"
        leftSection={<Icon name="follow" />}
        loading={following.isPending}
        aria-keyshortcuts="w"
        onClick={follow}
      >
        {followLabel}
      </Button>
      <Button
        size="xs"
        variant="default"
        loading={marking.isPending}
        aria-keyshortcuts="u"
        onClick={markOpened}
      >
        {openedLabel}
      </Button>
      <ProblemNote error={unsnooze.error} title="This was not brought back" />
      <ProblemNote error={marking.error ?? following.error} title="This was not noted" />
      <HandOverDialog item={item} isOpen={open === "hand-over"} onClose={close} onHandedOver={onGone} />
      {item.record !== null && (
        <FollowUpDialog record={item.record} isOpen={open === "follow-up"} onClose={close} />
      )}
    </Group>
  );
}
