/** Putting an item off: for an hour, until a morning, or until a time one names. */
import { Button, Group, Menu, Modal, Stack, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { WorkItem } from "@/api/types";
import { Icon } from "@/shared/icons";
import { fromField, morningIn, toField } from "@/shared/local-time";
import { customerName } from "@/shared/names";
import { useNow } from "@/shared/now";
import { ProblemNote } from "@/shared/view";
import { useSnoozeWorkItem } from "./api/snooze-work-item";

interface SnoozeMenuProps {
  item: WorkItem;
  isOpen: boolean;
  onToggle: (isOpen: boolean) => void;
  onSnoozed: (item: WorkItem) => void;
}

export function SnoozeMenu({ item, isOpen, onToggle, onSnoozed }: SnoozeMenuProps): ReactNode {
  const snooze = useSnoozeWorkItem(item.id);
  const [isNaming, setNaming] = useState(false);
  const until = (at: Date) => snooze.mutate(at, { onSuccess: onSnoozed });
  const now = useNow();
  return (
    <>
      <Menu opened={isOpen} onChange={onToggle} position="bottom-start">
        <Menu.Target>
          <Button
            size="xs"
            variant="default"
            leftSection={<Icon name="snooze" />}
            loading={snooze.isPending && !isNaming}
            aria-keyshortcuts="s"
          >
            Snooze
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => until(new Date(now.getTime() + 3_600_000))}>For an hour</Menu.Item>
          <Menu.Item onClick={() => until(morningIn(1, now))}>Until tomorrow at 9</Menu.Item>
          <Menu.Item onClick={() => until(morningIn(7, now))}>Until in a week at 9</Menu.Item>
          <Menu.Item onClick={() => setNaming(true)}>Until…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={isNaming}
        onClose={() => setNaming(false)}
        title={`Snooze ${customerName(item)}`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <UntilForm
          error={snooze.error}
          isPending={snooze.isPending}
          onChoose={(at) =>
            snooze.mutate(at, {
              onSuccess: (answer) => {
                setNaming(false);
                onSnoozed(answer);
              },
            })
          }
        />
      </Modal>
      {!isNaming && <ProblemNote error={snooze.error} title="This was not put off" />}
    </>
  );
}

function UntilForm(props: {
  error: unknown;
  isPending: boolean;
  onChoose: (at: Date) => void;
}): ReactNode {
  const [value, setValue] = useState(() => toField(morningIn(1, new Date())));
  const at = fromField(value);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (at !== null && !props.isPending) props.onChoose(at);
      }}
    >
      <Stack>
        <TextInput
          type="datetime-local"
          label="Until"
          data-autofocus
          required
          withAsterisk={false}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        <ProblemNote error={props.error} title="This was not put off" />
        <Group justify="flex-end">
          <Button type="submit" loading={props.isPending} disabled={at === null}>
            Snooze
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
