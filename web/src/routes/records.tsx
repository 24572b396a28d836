/** The records: finding them, importing more, and texting some of them. */
import { Button, Group, SegmentedControl, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useRef, useState, type ReactNode, type Ref } from "react";
import type { Grant } from "@/api/types";
import { TemplateMenu } from "@/features/conversations/template-menu";
import { recordsQuery } from "@/features/records/api/list-records";
import { BulkTextDialog, type Writing } from "@/features/records/bulk-text-dialog";
import { ImportDialog } from "@/features/records/import-dialog";
import { RecordTable } from "@/features/records/record-table";
import { useSelection, type Selection } from "@/features/records/use-selection";
import { PlaceholderMenu } from "@/features/templates/placeholder-menu";
import { useLevel, useMay, useSession } from "@/shared/session";
import { useShortcuts } from "@/shared/shortcuts";
import { Empty, MoreButton, SkeletonRows, View } from "@/shared/view";
import { Page, Panel } from "./page";

const route = getRouteApi("/signed-in/records");

type Owner = "me" | "team" | "any";

/** What all that one may see is called, by how far that reaches. */
const ALL: Partial<Record<Grant["level"], string>> = {
  business_unit: "My unit’s",
  units_below: "My units’",
  organisation: "Everyone’s",
};

export function RecordsPage(): ReactNode {
  const { q = "", owner: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const [isImporting, setImporting] = useState(false);
  const [isTexting, setTexting] = useState(false);
  const all = ALL[useLevel("record", "read") ?? "user"];
  // who answers for other people's records begins with all of them, a seller with the own ones
  const answersForOthers = (useLevel("record", "write") ?? "user") !== "user";
  const owner: Owner = asked ?? (answersForOthers ? "any" : "me");
  const records = useInfiniteQuery(recordsQuery({ q, owner: owner === "any" ? undefined : owner }));
  const mayImport = useMay("record", "create");
  const mayText = useMay("enrollment", "create");
  const selection = useSelection();
  const find = useRef<HTMLInputElement>(null);
  useShortcuts([
    { key: "/", label: "Find records", run: () => find.current?.focus() },
    ...(mayText
      ? [{ key: "shift+a", label: "Choose all that are shown", run: () => selection.choose(records.data ?? [], true) }]
      : []),
    ...(selection.chosen.size > 0 ? [{ key: "t", label: "Text them", run: () => setTexting(true) }] : []),
  ]);
  const look = (change: { q?: string | undefined; owner?: Owner }) =>
    void navigate({ search: (former) => ({ ...former, ...change }), replace: true });
  return (
    <Page
      title="Records"
      actions={
        mayImport && (
          <Button size="xs" onClick={() => setImporting(true)}>
            Import a CSV file
          </Button>
        )
      }
    >
      <Panel
        actions={
          <>
            <FindField fieldRef={find} q={q} onFind={(words) => look({ q: words })} />
            <SegmentedControl
              size="xs"
              aria-label="Whose records"
              value={owner}
              onChange={(value) => look({ owner: value as Owner })}
              data={[
                { value: "me", label: "Mine" },
                { value: "team", label: "My teams’" },
                ...(all ? [{ value: "any", label: all }] : []),
              ]}
            />
          </>
        }
      >
        <Chosen selection={selection} onText={() => setTexting(true)} />
        <View
          what="the records"
          query={records}
          loading={<SkeletonRows />}
          empty={q ? <NothingFound q={q} /> : <NoRecords owner={owner} all={all} />}
        >
          {(items) => (
            <>
              <RecordTable records={items} selection={mayText ? selection : undefined} />
              <MoreButton query={records}>Show more</MoreButton>
            </>
          )}
        </View>
      </Panel>
      <ImportDialog isOpen={isImporting} onClose={() => setImporting(false)} />
      <TextThem selection={selection} isOpen={isTexting} onClose={() => setTexting(false)} />
    </Page>
  );
}

interface FindFieldProps {
  fieldRef: Ref<HTMLInputElement>;
  q: string;
  onFind: (words: string | undefined) => void;
}

function FindField({ fieldRef, q, onFind }: FindFieldProps): ReactNode {
  const [typed, setTyped] = useState(q);
  const find = useDebouncedCallback((words: string) => onFind(words || undefined), 200);
  return (
    <TextInput
      ref={fieldRef}
      size="sm"
      w={320}
      maw="100%"
      aria-label="Find records"
      placeholder="Find by name or number"
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        find(event.currentTarget.value.trim());
      }}
    />
  );
}

function NothingFound({ q }: { q: string }): ReactNode {
  return <Empty title={`Nothing found for “${q}”`}>Try fewer letters, or a part of the number.</Empty>;
}

function NoRecords({ owner, all }: { owner: Owner; all: string | undefined }): ReactNode {
  const elsewhere = all && `, or look under “${all}”`;
  if (owner === "me") return <Empty title="None is yours yet">Import a CSV file{elsewhere}.</Empty>;
  if (owner === "team") {
    return <Empty title="Your teams have none">Records that a team owns appear here.</Empty>;
  }
  return <Empty title="No records yet">Import a CSV file to begin.</Empty>;
}

/** How many are chosen, and what can be done with them. */
function Chosen({ selection, onText }: { selection: Selection; onText: () => void }): ReactNode {
  const count = selection.chosen.size;
  return (
    <Group gap="xs" px="sm" pb={count > 0 ? "xs" : 0}>
      <Text size="sm" role="status">
        {count > 0 && `${count} chosen`}
      </Text>
      {count > 0 && (
        <>
          <Button size="xs" aria-keyshortcuts="t" onClick={onText}>
            Text them
          </Button>
          <Button size="xs" variant="default" onClick={selection.clear}>
            Choose none
          </Button>
        </>
      )}
    </Group>
  );
}

function TextThem(props: { selection: Selection; isOpen: boolean; onClose: () => void }): ReactNode {
  const { chosen, clear } = props.selection;
  const { organisation } = useSession();
  const kinds = new Set([...chosen.values()].map(({ kind }) => kind));
  const kind = kinds.size === 1 ? ([...kinds][0] ?? null) : null;
  const tools = ({ insert, replace }: Writing) => (
    <>
      {kind !== null && <TemplateMenu kind={kind} onPick={({ text }) => replace(text)} />}
      <PlaceholderMenu kind={kind} onPick={(name) => insert(`{{ ${name} }}`)} />
    </>
  );
  return (
    <BulkTextDialog
      records={chosen}
      isOpen={props.isOpen}
      onClose={props.onClose}
      onSent={clear}
      hours={{
        from: organisation.allowed_from.slice(0, 5),
        until: organisation.allowed_until.slice(0, 5),
      }}
      tools={tools}
    />
  );
}
