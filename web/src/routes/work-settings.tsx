/** What comes first on the work list, and who stands in for whom. */
import { Anchor, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { workListSettingsQuery } from "@/features/work-items/api/work-list-settings";
import { Leave } from "@/features/work-items/leave";
import { PriorityRule } from "@/features/work-items/priority-rule";
import { useLevel, useSession } from "@/shared/session";
import { SkeletonRows, View } from "@/shared/view";
import { Page, Panel } from "./page";

export function WorkSettingsPage(): ReactNode {
  const settings = useQuery(workListSettingsQuery);
  const { user } = useSession();
  const mayChange = (useLevel("work_item", "write") ?? "user") !== "user";
  const forOthers = (useLevel("work_item", "assign") ?? "user") !== "user";
  return (
    <Page
      above={
        <Anchor size="sm" renderRoot={(props) => <Link to="/work" {...props} />}>
          Work list
        </Anchor>
      }
      title="Order and leave"
    >
      <Stack>
        <Panel title="What comes first">
          <View what="the order" query={settings} loading={<SkeletonRows rows={3} />}>
            {(data) => <PriorityRule settings={data} mayChange={mayChange} />}
          </View>
        </Panel>
        <Panel title="Who is away">
          <Leave reader={user} forOthers={forOthers} />
        </Panel>
      </Stack>
    </Page>
  );
}
