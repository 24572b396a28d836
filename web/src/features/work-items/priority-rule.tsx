/** What comes first on everybody's work list: an ordered list that a manager changes, and two limits. */
import { ActionIcon, Button, Group, List, NativeSelect, NumberInput, Stack, Text } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import type { Criterion, WorkListSettings } from "@/api/types";
import { ProblemNote } from "@/shared/view";
import { usePutWorkListSettings } from "./api/work-list-settings";

const CRITERIA: Record<Criterion["by"], string> = {
  reply: "Customers who wrote and have no answer",
  trouble: "Texts that went wrong",
  due: "What is overdue, then due soon",
  value: "The highest value of the record",
  kind: "The kinds, in an order of their own",
};

/** The criteria that can be put in here; an order of kinds is kept, but made with the command line. */
const TO_ADD: Criterion[] = [
  { by: "reply" },
  { by: "trouble" },
  { by: "due" },
  { by: "value", field: "value" },
];

export function PriorityRule(props: { settings: WorkListSettings; mayChange: boolean }): ReactNode {
  return props.mayChange ? (
    <RuleForm key={JSON.stringify(props.settings)} settings={props.settings} />
  ) : (
    <Stack p="sm" gap="xs">
      <List type="ordered" size="sm">
        {props.settings.in_words.map((sentence) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
      </List>
      <Text size="sm" c="dimmed">
        A manager sets this for everybody.
      </Text>
    </Stack>
  );
}

function RuleForm({ settings }: { settings: WorkListSettings }): ReactNode {
  const [priority, setPriority] = useState(settings.priority);
  const [limit, setLimit] = useState(settings.bulk_limit);
  const [seconds, setSeconds] = useState(settings.undo_seconds);
  const put = usePutWorkListSettings();
  const others = TO_ADD.filter(({ by }) => !priority.some((criterion) => criterion.by === by));

  const move = (index: number, by: 1 | -1) => {
    const next = [...priority];
    const [moved] = next.splice(index, 1);
    if (moved) next.splice(index + by, 0, moved);
    setPriority(next);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!put.isPending) put.mutate({ priority, bulk_limit: limit, undo_seconds: seconds });
  };
  return (
    <Stack component="form" p="sm" onSubmit={submit}>
      <Stack component="ol" gap="xs" m={0} p={0} style={{ listStyle: "none" }} aria-label="What comes first">
        {priority.map((criterion, index) => (
          <Group component="li" key={criterion.by} gap="xs" wrap="nowrap" align="flex-start">
            <Arrow label={`Move up: ${CRITERIA[criterion.by]}`} isUp disabled={index === 0} onClick={() => move(index, -1)} />
            <Arrow
              label={`Move down: ${CRITERIA[criterion.by]}`}
              disabled={index === priority.length - 1}
              onClick={() => move(index, 1)}
            />
            <Text size="sm" flex={1}>
              {index + 1}. {CRITERIA[criterion.by]}
              {criterion.by === "value" && criterion.field && ` (its field “${criterion.field}”)`}
            </Text>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`Leave out: ${CRITERIA[criterion.by]}`}
              disabled={priority.length === 1}
              onClick={() => setPriority(priority.filter((one) => one !== criterion))}
            >
              Leave out
            </Button>
          </Group>
        ))}
      </Stack>
      {others.length > 0 && (
        <NativeSelect
          label="Put in"
          w={320}
          maw="100%"
          value=""
          onChange={(event) => {
            const added = others.find(({ by }) => by === event.currentTarget.value);
            if (added) setPriority([...priority, added]);
          }}
          data={[
            { value: "", label: "Choose what counts, too" },
            ...others.map(({ by }) => ({ value: by, label: CRITERIA[by] })),
          ]}
        />
      )}
      <Group align="flex-start">
        <NumberInput
          label="Most texts approved at once"
          min={1}
          max={200}
          allowDecimal={false}
          value={limit}
          onChange={(value) => setLimit(Number(value))}
          w={220}
        />
        <NumberInput
          label="Seconds in which that can be undone"
          min={5}
          max={60}
          allowDecimal={false}
          value={seconds}
          onChange={(value) => setSeconds(Number(value))}
          w={260}
        />
      </Group>
      <ProblemNote error={put.error} title="This was not saved" />
      <Group>
        <Button type="submit" size="xs" loading={put.isPending}>
          Save for everybody
        </Button>
        <Text size="sm" role="status">
          {put.isSuccess && "Saved."}
        </Text>
      </Group>
    </Stack>
  );
}

function Arrow(props: { label: string; isUp?: boolean; disabled: boolean; onClick: () => void }): ReactNode {
  return (
    <ActionIcon
      variant="default"
      size="sm"
      aria-label={props.label}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {props.isUp ? "↑" : "↓"}
    </ActionIcon>
  );
}
