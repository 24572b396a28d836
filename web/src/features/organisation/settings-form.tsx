/** What is decided for the whole organisation: who an unknown sender becomes, when one may answer, who sends. */
import { Button, Checkbox, Group, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { lineOf } from "@/api/client";
import type { OrganisationSettings } from "@/api/types";
import { ProblemNote } from "@/shared/view";
import { useChangeSettings } from "./api/change-settings";
import { SWITCHES, UNKNOWN_SENDERS } from "./words";

type Decided = Pick<
  OrganisationSettings,
  "unknown_sender" | "requires_consent" | "uses_team_numbers" | "fails_over"
>;

const MOST_MINUTES = 1440;

interface SettingsFormProps {
  settings: OrganisationSettings;
  mayWrite: boolean;
}

export function SettingsForm({ settings, mayWrite }: SettingsFormProps): ReactNode {
  const [changes, setChanges] = useState<Partial<Decided>>({});
  const [typed, setTyped] = useState<string>();
  const change = useChangeSettings();
  const shown = { ...settings, ...changes };
  const minutes = typed ?? String(settings.answer_minutes);
  const isMinutes = /^\d{1,4}$/.test(minutes) && Number(minutes) <= MOST_MINUTES;
  const isChanged = typed !== undefined || Object.keys(changes).length > 0;

  const put = (changed: Partial<Decided>) => {
    change.reset();
    setChanges({ ...changes, ...changed });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isChanged || !isMinutes || change.isPending) return;
    change.mutate(
      { ...changes, ...(typed !== undefined && { answer_minutes: Number(minutes) }) },
      {
        onSuccess: () => {
          setChanges({});
          setTyped(undefined);
        },
      },
    );
  };
  return (
    <Stack component="form" p="sm" onSubmit={submit}>
      <Radio.Group
        label="A text from somebody whom no record knows"
        value={shown.unknown_sender}
        onChange={(value) => put({ unknown_sender: value as Decided["unknown_sender"] })}
      >
        <Stack gap="xs" mt="xs">
          {Object.entries(UNKNOWN_SENDERS).map(([value, { label, consequence }]) => (
            <Radio
              key={value}
              value={value}
              label={label}
              description={consequence}
              disabled={!mayWrite}
            />
          ))}
        </Stack>
      </Radio.Group>
      <TextInput
        label="Minutes to answer outside the customer's hours"
        description="How long after a customer's text a person may answer it then, where the law lets it. 0: never."
        inputMode="numeric"
        maw={420}
        disabled={!mayWrite}
        value={minutes}
        onChange={(event) => {
          change.reset();
          setTyped(event.currentTarget.value.trim());
        }}
        error={
          isMinutes ? lineOf(change.error, "answer_minutes") : `Write whole minutes, from 0 to ${MOST_MINUTES}.`
        }
      />
      {(Object.keys(SWITCHES) as (keyof typeof SWITCHES)[]).map((name) => (
        <Checkbox
          key={name}
          label={SWITCHES[name].label}
          description={SWITCHES[name].consequence}
          disabled={!mayWrite}
          checked={shown[name]}
          onChange={(event) => put({ [name]: event.currentTarget.checked })}
        />
      ))}
      <ProblemNote error={change.error} title="The settings were not changed" />
      {mayWrite && (
        <Group justify="flex-end">
          <Text size="sm" role="status">
            {change.isSuccess && !isChanged && "Saved"}
          </Text>
          <Button type="submit" disabled={!isChanged || !isMinutes} loading={change.isPending}>
            Save the settings
          </Button>
        </Group>
      )}
    </Stack>
  );
}
