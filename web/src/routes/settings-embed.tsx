/** The keys of other systems' forms. */
import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { AddKeyDialog } from "@/features/embedding/add-key-dialog";
import { embedKeysQuery } from "@/features/embedding/api/embed-keys";
import { KeyTable } from "@/features/embedding/key-table";
import { useMay } from "@/shared/session";
import { Empty, MoreButton, SkeletonRows, View } from "@/shared/view";
import { Page, Panel } from "./page";

export function EmbedSettingsPage(): ReactNode {
  const keys = useInfiniteQuery(embedKeysQuery);
  const [isAdding, setAdding] = useState(false);
  const mayCreate = useMay("embed_key", "create");
  const mayWrite = useMay("embed_key", "write");
  return (
    <Page
      title="Embedding"
      actions={
        mayCreate && (
          <Button size="xs" onClick={() => setAdding(true)}>
            New key
          </Button>
        )
      }
    >
      <Panel>
        <View
          what="the keys"
          query={keys}
          loading={<SkeletonRows rows={3} />}
          empty={
            <Empty title="No keys yet">A key lets another system show texts beside its own fields.</Empty>
          }
        >
          {(items) => (
            <>
              <KeyTable items={items} mayWrite={mayWrite} />
              <MoreButton query={keys}>Show more</MoreButton>
            </>
          )}
        </View>
      </Panel>
      <AddKeyDialog isOpen={isAdding} onClose={() => setAdding(false)} />
    </Page>
  );
}
