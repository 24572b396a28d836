/** What is decided for the whole organisation: when texts go out, who an unknown sender becomes, who sends. */
import { Button, Checkbox, Group, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { lineOf } from "@/api/client";
import type { OrganisationSettings } from "@/api/types";
import { ProblemNote } from "@/shared/view";
import { useChangeSettings } from "./api/change-settings";
import { SWITCHES, UNKNOWN_SENDERS } from "./words";

type Decided = Pick<
  OrganisationSettings,
  "allowed_from" | "allowed_until" | "unknown_sender" | "requires_consent" | "uses_team_numbers" | "fails_over"
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
  const areHours = shown.allowed_from !== "" && shown.allowed_until !== "";
  const isReady = isMinutes && areHours;
  const isChanged = typed !== undefined || Object.keys(changes).length > 0;

  const put = (changed: Partial<Decided>) => {
    change.reset();
    setChanges({ ...changes, ...changed });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isChanged || !isReady) return;
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
  const hour = (name: "allowed_from" | "allowed_until") => ({
    type: "time",
    disabled: !mayWrite,
    value: shown[name].slice(0, 5),
    onChange: (event: { currentTarget: { value: string } }) => put({ [name]: event.currentTarget.value }),
    error: shown[name] === "" ? "Write a time." : lineOf(change.error, name),
  });
  return (
    <Stack component="form" p="sm" onSubmit={submit}>
      <Group align="flex-start" role="group" aria-label="When texts go out">
        <TextInput
          label="Texts go out from"
          description="By the customer's clock, not before 08:00."
          flex="1 1 200px"
          {...hour("allowed_from")}
        />
        <TextInput
          label="Until"
          description="Not after 21:00, and less where the law says so."
          flex="1 1 200px"
          {...hour("allowed_until")}
        />
      </Group>
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
          <Button type="submit" disabled={!isChanged || !isReady} loading={change.isPending}>
            Save the settings
          </Button>
        </Group>
      )}
    </Stack>
  );
}
