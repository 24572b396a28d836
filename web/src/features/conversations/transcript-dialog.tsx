/** Taking along what was said, in a format and with the times of a zone. */
import { ActionIcon, Button, Checkbox, Code, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState, type ReactNode } from "react";
import { Icon } from "@/shared/icons";
import { ProblemNote } from "@/shared/view";
import { useTakeTranscript, type TranscriptFormat } from "./api/take-transcript";
import { save } from "./save-file";

interface TranscriptButtonProps {
  of: "conversations" | "records";
  id: string;
  /** Zones worth offering first: the customer's. */
  zones: string[];
  /** What hangs on the record and can go with it, such as "its contacts"; nothing does if it is left out. */
  family?: string | undefined;
}

const FORMATS: { value: TranscriptFormat; label: string }[] = [
  { value: "pdf", label: "PDF, to read and print" },
  { value: "html", label: "Web page" },
  { value: "txt", label: "Plain text" },
  { value: "csv", label: "CSV, for a spreadsheet" },
  { value: "json", label: "JSON, for programs and to be checked" },
];

export function TranscriptButton(props: TranscriptButtonProps): ReactNode {
  const [isOpen, { open, close }] = useDisclosure();
  return (
    <>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label="Download the transcript"
        title="Transcript"
        onClick={open}
      >
        <Icon name="download" />
      </ActionIcon>
      <Modal
        opened={isOpen}
        onClose={close}
        title="Download the transcript"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <TranscriptForm {...props} />
      </Modal>
    </>
  );
}

function TranscriptForm({ of, id, zones, family }: TranscriptButtonProps): ReactNode {
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const take = useTakeTranscript(of, id);
  const [format, setFormat] = useState<TranscriptFormat>("pdf");
  const [zone, setZone] = useState(own);
  const [withFamily, setWithFamily] = useState(false);
  const name = `transcript-${id}.${format}`;
  const download = () => {
    const asked = { format, zone, ...(withFamily && { family: true }) };
    take.mutate(asked, { onSuccess: ({ file }) => save(file, name) });
  };
  return (
    <Stack>
      <Select
        label="Format"
        data={FORMATS}
        allowDeselect={false}
        value={format}
        onChange={(value) => value !== null && setFormat(value)}
      />
      <Select
        label="Times are told in"
        data={[...new Set([own, ...zones, "UTC"])]}
        allowDeselect={false}
        value={zone}
        onChange={(value) => value !== null && setZone(value)}
      />
      {family !== undefined && (
        <Checkbox
          label={`With the texts of ${family}`}
          checked={withFamily}
          onChange={(event) => setWithFamily(event.currentTarget.checked)}
        />
      )}
      <ProblemNote error={take.error} title="The transcript was not downloaded" />
      <div role="status">{take.data && <Proof contentHash={take.data.contentHash} />}</div>
      <Group justify="flex-end">
        <Button onClick={download} loading={take.isPending}>
          Download
        </Button>
      </Group>
    </Stack>
  );
}

/** How to show later that nobody has changed what was taken along. */
function Proof({ contentHash }: { contentHash: string | null }): ReactNode {
  return (
    <Stack gap={6}>
      <Text size="sm">The transcript was downloaded. Its content hash:</Text>
      <Code block style={{ whiteSpace: "normal", overflowWrap: "anywhere" }}>
        {contentHash}
      </Code>
      <Text size="xs" c="dimmed">
        Every format of the same texts has this hash. To check a copy later, take it as JSON and run{" "}
        <Code>touchline verify-transcript FILE</Code>: it says whether the texts are unchanged, and
        their hash.
      </Text>
    </Stack>
  );
}
