/** What comes first on everybody's work list: an ordered list that a manager changes, and two limits. */
import { Button, Group, List, NativeSelect, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import type { Criterion, WorkItem, WorkListSettings } from "@/api/types";
import { ProblemNote } from "@/shared/view";
import { usePutWorkListSettings } from "./api/work-list-settings";
import { KINDS } from "./kinds";
import { OrderedList } from "./ordered-list";

type Kind = WorkItem["kind"];

const KIND_NAMES = Object.keys(KINDS) as Kind[];

const CRITERIA: Record<Criterion["by"], string> = {
  reply: "Customers who wrote and have no answer",
  trouble: "Texts that went wrong",
  due: "What is due now, then soon",
  value: "The highest value of the record",
  kind: "The kinds, in an order of their own",
};

/** The criteria as they are when they are put in. */
const TO_ADD: Criterion[] = [
  { by: "reply" },
  { by: "trouble" },
  { by: "due" },
  { by: "value", field: "value" },
  { by: "kind", order: [...KIND_NAMES] },
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
  const change = (changed: Criterion) =>
    setPriority(priority.map((one) => (one.by === changed.by ? changed : one)));

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!put.isPending) put.mutate({ priority, bulk_limit: limit, undo_seconds: seconds });
  };
  return (
    <Stack component="form" p="sm" onSubmit={submit}>
      <OrderedList
        label="What comes first"
        items={priority}
        keyOf={({ by }) => by}
        nameOf={({ by }) => CRITERIA[by]}
        onChange={setPriority}
        below={(criterion) => <Details criterion={criterion} onChange={change} />}
      />
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

/** What a criterion leaves to be chosen: the field that holds the value, or the order of the kinds. */
function Details(props: { criterion: Criterion; onChange: (criterion: Criterion) => void }): ReactNode {
  const { criterion, onChange } = props;
  switch (criterion.by) {
    case "value":
      return (
        <TextInput
          size="xs"
          w={240}
          ml={{ base: 12, sm: 68 }}
          label="Field of the record"
          required
          withAsterisk={false}
          maxLength={100}
          value={criterion.field ?? ""}
          onChange={(event) => onChange({ ...criterion, field: event.currentTarget.value })}
        />
      );
    case "kind":
      return <KindOrder order={criterion.order} onChange={(order) => onChange({ ...criterion, order })} />;
    default:
      return null;
  }
}

function KindOrder(props: { order: Kind[]; onChange: (order: Kind[]) => void }): ReactNode {
  const { order, onChange } = props;
  const others = KIND_NAMES.filter((kind) => !order.includes(kind));
  return (
    <Stack gap="xs" mt="xs" ml={{ base: 12, sm: 68 }}>
      <OrderedList
        label="Order of the kinds"
        items={order}
        keyOf={(kind) => kind}
        nameOf={(kind) => KINDS[kind].label}
        onChange={onChange}
      />
      {others.length > 0 && (
        <NativeSelect
          size="xs"
          w={240}
          maw="100%"
          label="Put in a kind"
          description="Those left out come last."
          value=""
          onChange={(event) => {
            const added = others.find((kind) => kind === event.currentTarget.value);
            if (added) onChange([...order, added]);
          }}
          data={[
            { value: "", label: "Choose a kind" },
            ...others.map((kind) => ({ value: kind, label: KINDS[kind].label })),
          ]}
        />
      )}
    </Stack>
  );
}
