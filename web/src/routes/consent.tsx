/** Consent: the ledger, the withdrawals in force, the texts they kept here, and how far a withdrawal reaches. */
import { Button, Group, Tabs, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type FormEvent, type ReactNode } from "react";
import { blockedQuery, entriesQuery, withdrawalsQuery } from "@/features/consent/api/consent";
import { BlockedTable } from "@/features/consent/blocked-table";
import { EntryButton } from "@/features/consent/entry-button";
import { ImportDialog } from "@/features/consent/import-dialog";
import { Ledger } from "@/features/consent/ledger";
import { ScopeChoice } from "@/features/consent/scope-choice";
import { WithdrawalTable } from "@/features/consent/withdrawal-table";
import { useLevel, useMay } from "@/shared/session";
import { Empty, MoreButton, SkeletonRows, View } from "@/shared/view";
import { Page, Panel } from "./page";

const route = getRouteApi("/signed-in/consent");

export function ConsentPage(): ReactNode {
  const { tab = "withdrawals", number } = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(number ?? "");
  const [isImporting, setImporting] = useState(false);
  const mayTakeAlong = useMay("consent", "write");
  const mayImport = useLevel("consent", "write") === "organisation";
  const maySeeSettings = useMay("organisation", "read");
  const mayChangeSettings = useMay("organisation", "write");

  const find = (event: FormEvent) => {
    event.preventDefault();
    void navigate({ search: { tab, number: typed.trim() || undefined } });
  };
  return (
    <Page
      title="Consent"
      actions={
        <Group gap="xs">
          {mayTakeAlong && number && (
            <Button
              size="xs"
              variant="default"
              component="a"
              href={`/api/v1/consent/complaint?${new URLSearchParams({ number })}`}
              download
            >
              Export for a complaint
            </Button>
          )}
          {mayTakeAlong && (
            <Button
              size="xs"
              variant="default"
              component="a"
              href="/api/v1/consent/withdrawals/export"
              download
            >
              Export the list
            </Button>
          )}
          <EntryButton of={{ number: number ?? "" }} />
          {mayImport && (
            <Button size="xs" onClick={() => setImporting(true)}>
              Import a list
            </Button>
          )}
        </Group>
      }
    >
      <Panel>
        <Group component="form" p="sm" gap="xs" onSubmit={find}>
          <TextInput
            size="sm"
            w={260}
            aria-label="Customer's number"
            placeholder="Customer's number"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button size="sm" variant="default" type="submit">
            Find
          </Button>
        </Group>
        <Tabs
          value={tab}
          keepMounted={false}
          onChange={(chosen) =>
            void navigate({ search: { number, tab: (chosen ?? undefined) as typeof tab | undefined } })
          }
        >
          <Tabs.List aria-label="Consent">
            <Tabs.Tab value="withdrawals">In force</Tabs.Tab>
            <Tabs.Tab value="ledger">Ledger</Tabs.Tab>
            <Tabs.Tab value="blocked">Texts not sent</Tabs.Tab>
            {maySeeSettings && <Tabs.Tab value="setting">Setting</Tabs.Tab>}
          </Tabs.List>
          <Tabs.Panel value="withdrawals">
            <Withdrawals number={number} />
          </Tabs.Panel>
          <Tabs.Panel value="ledger">
            <Entries number={number} />
          </Tabs.Panel>
          <Tabs.Panel value="blocked">
            <Blocked number={number} />
          </Tabs.Panel>
          {maySeeSettings && (
            <Tabs.Panel value="setting">
              <ScopeChoice mayWrite={mayChangeSettings} />
            </Tabs.Panel>
          )}
        </Tabs>
      </Panel>
      <ImportDialog isOpen={isImporting} onClose={() => setImporting(false)} />
    </Page>
  );
}

interface Of {
  number: string | undefined;
}

function Withdrawals({ number }: Of): ReactNode {
  const withdrawals = useInfiniteQuery(withdrawalsQuery(number));
  return (
    <View
      what="the withdrawals"
      query={withdrawals}
      loading={<SkeletonRows />}
      empty={
        <Empty title="No withdrawals in force">
          {number === undefined
            ? "Nobody here has asked not to be texted."
            : "No number here that holds these digits has asked not to be texted."}
        </Empty>
      }
    >
      {(items) => (
        <>
          <WithdrawalTable withdrawals={items} />
          <MoreButton query={withdrawals}>Show more</MoreButton>
        </>
      )}
    </View>
  );
}

function Entries({ number }: Of): ReactNode {
  const entries = useInfiniteQuery(entriesQuery(number));
  return (
    <View
      what="the ledger"
      query={entries}
      loading={<SkeletonRows />}
      empty={<Empty title="No entries">Nothing was recorded about consent here.</Empty>}
    >
      {(items) => (
        <>
          <Ledger entries={items} />
          <MoreButton query={entries}>Show more</MoreButton>
        </>
      )}
    </View>
  );
}

function Blocked({ number }: Of): ReactNode {
  const texts = useInfiniteQuery(blockedQuery(number));
  return (
    <View
      what="the texts"
      query={texts}
      loading={<SkeletonRows />}
      empty={<Empty title="No texts kept back">No withdrawal has stopped a text here.</Empty>}
    >
      {(items) => (
        <>
          <BlockedTable texts={items} />
          <MoreButton query={texts}>Show more</MoreButton>
        </>
      )}
    </View>
  );
}
