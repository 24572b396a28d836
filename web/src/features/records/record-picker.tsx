/** Choosing some of the records of one kind. */
import { Box, Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { RecordKind, TouchlineRecord } from "@/api/types";
import { phone, recordName, userName } from "@/shared/names";
import { CustomerTime } from "@/shared/time";
import { Empty, MoreButton, SkeletonRows, View } from "@/shared/view";
import { recordsQuery } from "./api/list-records";

interface RecordPickerProps {
  kind: RecordKind;
  chosen: ReadonlyMap<string, TouchlineRecord>;
  onChange: (chosen: ReadonlyMap<string, TouchlineRecord>) => void;
}

export function RecordPicker({ kind, chosen, onChange }: RecordPickerProps): ReactNode {
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed.trim(), 200);
  const records = useInfiniteQuery(recordsQuery({ q, kind }));

  const toggle = (record: TouchlineRecord) => {
    const next = new Map(chosen);
    if (!next.delete(record.id)) next.set(record.id, record);
    onChange(next);
  };
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="flex-end">
        <TextInput
          label="Find records"
          placeholder="Name or number"
          data-autofocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          flex={1}
        />
        <Text size="sm" c="dimmed" pb={8}>
          {chosen.size} chosen
        </Text>
      </Group>
      <Box mah={320} style={{ overflowY: "auto" }}>
        <View
          what="the records"
          query={records}
          loading={<SkeletonRows rows={5} height={28} />}
          empty={<Empty title="No records found">Try fewer letters, or import a CSV file.</Empty>}
        >
          {(items) => (
            <Stack gap={2} py="xs">
              {items.map((record) => (
                <Checkbox
                  key={record.id}
                  size="sm"
                  py={4}
                  checked={chosen.has(record.id)}
                  disabled={refusal(record) !== null}
                  onChange={() => toggle(record)}
                  label={<bdi>{recordName(record)}</bdi>}
                  description={
                    refusal(record) ?? (
                      <>
                        {record.phone && phone(record.phone)} <CustomerTime zone={record.timezone} />
                      </>
                    )
                  }
                />
              ))}
              <MoreButton query={records}>Show more</MoreButton>
            </Stack>
          )}
        </View>
      </Box>
    </Stack>
  );
}

/** Returns why it makes no sense to choose a record; the API has the last word. */
function refusal(record: TouchlineRecord): string | null {
  if (!record.may_append_to) return `${userName(record.owner)} has to do that`;
  if (record.is_opted_out) return "Opted out";
  if (record.status === "inactive") return "Inactive";
  return record.phone === null ? "Has no phone number" : null;
}
