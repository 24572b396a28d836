/** How long data are kept, and what the last run let go. */
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { LastRun } from "@/features/retention/last-run";
import { PeriodTable } from "@/features/retention/period-table";
import { settingsQuery } from "@/shared/organisation";
import { useMay } from "@/shared/session";
import { SkeletonRows, View } from "@/shared/view";
import { Page, Panel } from "./page";

export function RetentionPage(): ReactNode {
  const settings = useQuery(settingsQuery);
  const mayWrite = useMay("organisation", "write");
  return (
    <Page
      title="How long data are kept"
      readingLabel={mayWrite ? undefined : "How long data are kept"}
    >
      <Text size="sm" c="dimmed" mb="md">
        Once a day, what is older than its period goes. Whoever asks to be erased goes at once: see Personal data.
      </Text>
      <Panel>
        <View what="the periods" query={settings} loading={<SkeletonRows rows={7} />}>
          {(data) => (
            <>
              <LastRun run={data.retention_last_run} />
              <PeriodTable settings={data} mayWrite={mayWrite} />
            </>
          )}
        </View>
      </Panel>
    </Page>
  );
}
