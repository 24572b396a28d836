/** The records, with search and import. */
import { Button, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { recordsQuery } from "@/features/records/api/list-records";
import { ImportDialog } from "@/features/records/import-dialog";
import { RecordTable } from "@/features/records/record-table";
import { useMay } from "@/shared/session";
import { Empty, MoreButton, SkeletonRows, View } from "@/shared/view";
import { Page, Panel } from "./page";

const route = getRouteApi("/signed-in/records");

export function RecordsPage(): ReactNode {
  const { q = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(q);
  const [isImporting, setImporting] = useState(false);
  const records = useInfiniteQuery(recordsQuery({ q }));
  const mayImport = useMay("record", "create");
  const find = useDebouncedCallback(
    (text: string) => void navigate({ search: { q: text || undefined }, replace: true }),
    200,
  );
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
          <TextInput
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
        }
      >
        <View
          what="the records"
          query={records}
          loading={<SkeletonRows />}
          empty={
            q ? (
              <Empty title={`Nothing found for “${q}”`}>Try fewer letters, or a part of the number.</Empty>
            ) : (
              <Empty title="No records yet">Import a CSV file to begin.</Empty>
            )
          }
        >
          {(items) => (
            <>
              <RecordTable records={items} />
              <MoreButton query={records}>Show more</MoreButton>
            </>
          )}
        </View>
      </Panel>
      <ImportDialog isOpen={isImporting} onClose={() => setImporting(false)} />
    </Page>
  );
}
