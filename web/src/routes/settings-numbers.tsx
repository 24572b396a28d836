/** The numbers the organisation sends from, whose each is, and how it sends. */
import { Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { numbersQuery } from "@/features/phone-numbers/api/list-numbers";
import { NumberTable } from "@/features/phone-numbers/number-table";
import { useMay } from "@/shared/session";
import { Empty, MoreButton, SkeletonRows, View } from "@/shared/view";
import { Page, Panel } from "./page";

export function NumbersPage(): ReactNode {
  const numbers = useInfiniteQuery(numbersQuery);
  const mayWrite = useMay("phone_number", "write");
  return (
    <Page title="Phone numbers" readingLabel={mayWrite ? undefined : "Phone numbers"}>
      <Text size="sm" c="dimmed" mb="md">
        A text leaves from the number that its customer knows, else from its sender's default. Provider accounts are
        connected on the terminal: <code>touchline provider connect</code>.
      </Text>
      <Panel>
        <View
          what="the numbers"
          query={numbers}
          loading={<SkeletonRows />}
          empty={
            <Empty title="No numbers yet">
              Connect a provider account on the terminal, which finds its numbers, or add one:{" "}
              <code>touchline number add</code>.
            </Empty>
          }
        >
          {(items) => (
            <>
              <NumberTable numbers={items} mayWrite={mayWrite} />
              <MoreButton query={numbers}>Show more</MoreButton>
            </>
          )}
        </View>
      </Panel>
    </Page>
  );
}
