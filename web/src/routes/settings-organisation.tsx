/** What is decided for the whole organisation, and what it asks of its texts. */
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ScopeChoice } from "@/features/consent/scope-choice";
import { SettingsForm } from "@/features/organisation/settings-form";
import { TextPolicyForm } from "@/features/organisation/text-policy-form";
import { settingsQuery } from "@/shared/organisation";
import { useMay, useSession } from "@/shared/session";
import { SkeletonRows, View } from "@/shared/view";
import { Page, Panel } from "./page";

export function OrganisationPage(): ReactNode {
  const settings = useQuery(settingsQuery);
  const { organisation } = useSession();
  const mayWrite = useMay("organisation", "write");
  return (
    <Page title={organisation.name}>
      <Text size="sm" c="dimmed" mb="md">
        What holds for everybody here. How long data are kept is{" "}
        <Link to="/settings/retention">a page of its own</Link>.
      </Text>
      <Stack>
        <Panel title="Settings">
          <View what="the settings" query={settings} loading={<SkeletonRows rows={6} />}>
            {(data) => <SettingsForm settings={data} mayWrite={mayWrite} />}
          </View>
        </Panel>
        <Panel title="Withdrawals of consent">
          <ScopeChoice mayWrite={mayWrite} />
        </Panel>
        <Panel title="What texts must say, and may not">
          <TextPolicyForm mayWrite={mayWrite} />
        </Panel>
      </Stack>
    </Page>
  );
}
