/** What a text must say and may not, rule by rule, and how much each matters here. */
import { Button, Group, NativeSelect, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { lineOf } from "@/api/client";
import type { TextPolicy, TextRule } from "@/api/types";
import { Empty, ProblemNote, SkeletonRows, View } from "@/shared/view";
import { useChangeTextPolicy } from "./api/change-text-policy";
import { textPolicyQuery } from "./api/get-text-policy";
import { reachOf, SEVERITIES, titleOf } from "./words";

type Severity = TextRule["severity"];

export function TextPolicyForm({ mayWrite }: { mayWrite: boolean }): ReactNode {
  const policy = useQuery(textPolicyQuery);
  return (
    <View what="the rules for texts" query={policy} loading={<SkeletonRows rows={5} />}>
      {({ rules }) =>
        rules.length === 0 ? (
          <Empty title="No rules">There is nothing that texts are held to.</Empty>
        ) : (
          <Rules rules={rules} mayWrite={mayWrite} />
        )
      }
    </View>
  );
}

interface RulesProps {
  rules: TextPolicy["rules"];
  mayWrite: boolean;
}

function Rules({ rules, mayWrite }: RulesProps): ReactNode {
  const [chosen, setChosen] = useState<Record<string, Severity>>({});
  const change = useChangeTextPolicy();
  const changed = rules.filter(({ key, severity }) => chosen[key] !== undefined && chosen[key] !== severity);

  const put = (key: string, severity: Severity) => {
    change.reset();
    setChosen({ ...chosen, [key]: severity });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed.length === 0) return;
    const body = Object.fromEntries(
      changed.map(({ key, shipped }) => {
        const severity = chosen[key] ?? shipped;
        // as it comes is no choice of one's own: other countries go by what is shipped for them, too
        return [key, severity === shipped ? null : severity];
      }),
    );
    change.mutate(body, { onSuccess: () => setChosen({}) });
  };
  return (
    <Stack component="form" p="sm" onSubmit={submit}>
      <Text size="sm" c="dimmed">
        An error keeps a sequence from being published. A warning is shown to who writes.
      </Text>
      {rules.map((rule) => (
        <NativeSelect
          key={rule.key}
          label={titleOf(rule)}
          description={`${rule.message} ${reachOf(rule)} Source: ${rule.source}`}
          inputWrapperOrder={["label", "input", "description", "error"]}
          styles={{ input: { maxWidth: 260 } }}
          disabled={!mayWrite}
          value={chosen[rule.key] ?? rule.severity}
          onChange={(event) => put(rule.key, event.currentTarget.value as Severity)}
          data={(Object.keys(SEVERITIES) as Severity[]).map((value) => ({
            value,
            label: value === rule.shipped ? `${SEVERITIES[value]} (as shipped)` : SEVERITIES[value],
          }))}
          error={lineOf(change.error, rule.key)}
        />
      ))}
      <ProblemNote error={change.error} title="The rules were not changed" />
      {mayWrite && (
        <Group justify="flex-end">
          <Text size="sm" role="status">
            {change.isSuccess && changed.length === 0 && "Saved"}
          </Text>
          <Button type="submit" disabled={changed.length === 0} loading={change.isPending}>
            Save the rules
          </Button>
        </Group>
      )}
    </Stack>
  );
}
