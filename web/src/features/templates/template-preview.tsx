/** What real records would be sent, and what it costs. */
import { List, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { TemplatePreview as Preview } from "@/api/types";
import { recordName } from "@/shared/names";
import { SkeletonRows, View } from "@/shared/view";
import { Written } from "@/shared/written";
import { previewQuery, type Words } from "./api/templates";

export function TemplatePreview({ id, words }: { id: string; words: Words }): ReactNode {
  const [settled] = useDebouncedValue(words, 400);
  const preview = useQuery(previewQuery(id, settled));
  return (
    <View what="the preview" query={preview} loading={<SkeletonRows rows={4} height={60} />}>
      {({ range, records }) => (
        <Stack p="sm" pt={0}>
          <Text size="sm" role="status">
            {rangeIn(range)}
          </Text>
          {records.map((record) => (
            <article key={record.record.id} aria-label={recordName(record.record)}>
              <Text size="sm" fw={600}>
                {recordName(record.record)}{" "}
                <Text span size="xs" c="dimmed">
                  {record.language}
                  {record.segments !== null && ` · ${record.segments} × ${record.encoding}`}
                  {record.forced_by !== null && ` because of “${record.forced_by}”`}
                </Text>
              </Text>
              <Written>
                {record.text}
              </Written>
              {record.problem !== null && (
                <Text size="sm" c="red">
                  {record.problem}
                </Text>
              )}
              {record.findings.length > 0 && (
                <List size="xs">
                  {record.findings.map(({ rule, message }) => (
                    <List.Item key={`${rule}:${message}`}>{message}</List.Item>
                  ))}
                </List>
              )}
            </article>
          ))}
        </Stack>
      )}
    </View>
  );
}

function rangeIn({ least, usual, most, unfilled, sampled }: Preview["range"]): string {
  if (sampled === 0) return "There is no record to try it on yet.";
  const left = unfilled > 0 ? ` ${unfilled} of ${sampled} records could not be sent it.` : "";
  if (least === null) return `None of ${sampled} records could be sent it.`;
  const size =
    least === most ? `${least} ${least === 1 ? "segment" : "segments"}` : `${least} to ${most} segments, usually ${usual},`;
  return `${size} over ${sampled} ${sampled === 1 ? "record" : "records"}.${left}`;
}
