/** The sequences. */
import { Code } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { sequencesQuery } from "@/features/sequences/api/list-sequences";
import { SequenceList } from "@/features/sequences/sequence-list";
import { Empty, MoreButton, SkeletonRows, View } from "@/shared/view";
import { Page, Panel } from "./page";

export function SequencesPage(): ReactNode {
  const sequences = useInfiniteQuery(sequencesQuery);
  return (
    <Page title="Sequences">
      <Panel>
        <View
          what="the sequences"
          query={sequences}
          loading={<SkeletonRows rows={4} />}
          empty={
            <Empty title="No sequences yet">
              Write one as YAML and load it with <Code>touchline sequence apply file.yaml</Code>.
            </Empty>
          }
        >
          {(items) => (
            <>
              <SequenceList sequences={items} />
              <MoreButton query={sequences}>Show more</MoreButton>
            </>
          )}
        </View>
      </Panel>
    </Page>
  );
}
