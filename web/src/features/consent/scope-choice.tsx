/** How far a withdrawal reaches, with what follows from it. */
import { Radio, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { OrganisationSettings } from "@/api/types";
import { settingsQuery } from "@/shared/organisation";
import { ProblemNote, SkeletonRows, View } from "@/shared/view";
import { useChangeScope } from "./api/consent";
import { SCOPES } from "./words";

type Scope = OrganisationSettings["withdrawal_scope"];

export function ScopeChoice({ mayWrite }: { mayWrite: boolean }): ReactNode {
  const settings = useQuery(settingsQuery);
  const change = useChangeScope();
  return (
    <View what="the setting" query={settings} loading={<SkeletonRows rows={3} height={30} />}>
      {({ withdrawal_scope }) => (
        <Stack p="sm" gap="sm">
          <Radio.Group
            label="A withdrawal that does not say what it is about reaches"
            value={withdrawal_scope}
            onChange={(scope) => change.mutate(scope as Scope)}
          >
            <Stack gap="xs" mt="xs">
              {Object.entries(SCOPES).map(([scope, { label, consequence }]) => (
                <Radio
                  key={scope}
                  value={scope}
                  label={label}
                  description={consequence}
                  disabled={!mayWrite || change.isPending}
                />
              ))}
            </Stack>
          </Radio.Group>
          <ProblemNote error={change.error} title="The setting was not changed" />
        </Stack>
      )}
    </View>
  );
}
