/** What narrows and orders the work list: search, filters, sorting and groups. */
import { Button, Checkbox, Group, NativeSelect, SimpleGrid, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useId, useRef, useState, type ReactNode, type Ref } from "react";
import { RECORD_KINDS } from "@/shared/names";
import {
  countOfFilters,
  DECISIONS,
  DUES,
  GROUPS,
  NOT_NARROWED,
  SHOWS,
  SORTS,
  type WorkSearch,
} from "./work-filters";
import classes from "./work-list.module.css";

interface FilterBarProps {
  search: WorkSearch;
  /** The sequences one may choose among, by key. */
  sequences: readonly { key: string; name: string }[];
  isOpen: boolean;
  onToggle: () => void;
  onChange: (change: WorkSearch) => void;
  /** What else there is to choose, such as the saved views. */
  children?: ReactNode;
}

export function FilterBar(props: FilterBarProps): ReactNode {
  const { search, isOpen, onToggle, onChange } = props;
  const panelId = useId();
  const first = useRef<HTMLSelectElement>(null);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (isOpen && !wasOpen.current) first.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  const count = countOfFilters(search);
  return (
    <div className={classes.filters}>
      <SearchField q={search.q ?? ""} onChange={(q) => onChange({ q })} />
      <Group gap={6}>
        <Button
          size="compact-xs"
          variant={count > 0 ? "light" : "default"}
          aria-expanded={isOpen}
          aria-controls={isOpen ? panelId : undefined}
          aria-keyshortcuts="f"
          onClick={onToggle}
        >
          {count > 0 ? `Filters (${count})` : "Filters"}
        </Button>
        {count > 0 && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => onChange(NOT_NARROWED)}
          >
            Clear
          </Button>
        )}
        {props.children}
      </Group>
      {isOpen && (
        <SimpleGrid id={panelId} cols={2} spacing={6} pt={6}>
          <Choice
            ref={first}
            label="Show"
            usual="Everything"
            options={SHOWS}
            value={search.show}
            onChange={(show) => onChange({ show })}
          />
          <Choice
            label="Due"
            usual="At any time"
            options={DUES}
            value={search.due}
            onChange={(due) => onChange({ due })}
          />
          <Choice
            label="Status"
            usual="Open"
            options={DECISIONS}
            value={search.decided}
            onChange={(decided) => onChange({ decided })}
          />
          <Choice
            label="Sequence"
            usual="Any"
            options={Object.fromEntries(props.sequences.map(({ key, name }) => [key, name]))}
            value={search.sequence}
            onChange={(sequence) => onChange({ sequence })}
          />
          <Choice
            label="Record"
            usual="Of any kind"
            options={RECORD_KINDS}
            value={search.record_kind}
            onChange={(record_kind) => onChange({ record_kind })}
          />
          <Choice
            label="Order"
            usual="What comes first"
            options={SORTS}
            value={search.sort}
            onChange={(sort) => onChange({ sort })}
          />
          <Choice
            label="Groups"
            usual="None"
            options={GROUPS}
            value={search.group}
            onChange={(group) => onChange({ group })}
          />
          <Switch
            label="The other way round"
            value={search.reversed}
            onChange={(reversed) => onChange({ reversed })}
          />
          <Switch
            label="Unopened"
            value={search.unopened}
            onChange={(unopened) => onChange({ unopened })}
          />
          <Switch
            label="Followed"
            value={search.followed}
            onChange={(followed) => onChange({ followed })}
          />
        </SimpleGrid>
      )}
    </div>
  );
}

function Switch(props: {
  label: string;
  value: "1" | undefined;
  onChange: (value: "1" | undefined) => void;
}): ReactNode {
  return (
    <Checkbox
      size="xs"
      mt="auto"
      mb={8}
      label={props.label}
      checked={props.value !== undefined}
      onChange={(event) => props.onChange(event.currentTarget.checked ? "1" : undefined)}
    />
  );
}

function SearchField({ q, onChange }: { q: string; onChange: (q: string | undefined) => void }): ReactNode {
  const [typed, setTyped] = useState({ text: q, q });
  const find = useDebouncedCallback((text: string) => onChange(text.trim() || undefined), 250);
  // another address, such as that of a saved view, brings its own words; one's own typing is on its way there
  if (typed.q !== q) setTyped({ text: typed.text.trim() === q ? typed.text : q, q });
  return (
    <TextInput
      size="xs"
      mb={6}
      aria-label="Find work"
      placeholder="Find by name, number or words"
      value={typed.text}
      maxLength={200}
      onChange={(event) => {
        setTyped({ text: event.currentTarget.value, q });
        find(event.currentTarget.value);
      }}
    />
  );
}

function Choice<T extends string>(props: {
  ref?: Ref<HTMLSelectElement>;
  label: string;
  /** What stands there when nothing is chosen. */
  usual: string;
  options: Readonly<Record<T, string>>;
  value: T | undefined;
  onChange: (value: T | undefined) => void;
}): ReactNode {
  const { ref, label, usual, options, value, onChange } = props;
  return (
    <NativeSelect
      ref={ref}
      size="xs"
      label={label}
      value={value ?? ""}
      onChange={(event) => onChange((event.currentTarget.value || undefined) as T | undefined)}
      data={[
        { value: "", label: usual },
        ...Object.entries<string>(options).map(([key, text]) => ({ value: key, label: text })),
      ]}
    />
  );
}
