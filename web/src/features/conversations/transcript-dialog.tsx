/** Taking along what was said, in a format and with the times of a zone. */
import { ActionIcon, Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState, type ReactNode } from "react";
import { Icon } from "@/shared/icons";

interface TranscriptButtonProps {
  of: "conversations" | "records";
  id: string;
  /** Zones worth offering first: the customer's. */
  zones: string[];
}

const FORMATS = [
  { value: "pdf", label: "PDF, to read and print" },
  { value: "html", label: "Web page" },
  { value: "txt", label: "Plain text" },
  { value: "csv", label: "CSV, for a spreadsheet" },
  { value: "json", label: "JSON, for programs" },
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
        <TranscriptForm {...props} onDone={close} />
      </Modal>
    </>
  );
}

function TranscriptForm(props: TranscriptButtonProps & { onDone: () => void }): ReactNode {
  const { of, id, zones, onDone } = props;
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [format, setFormat] = useState("pdf");
  const [zone, setZone] = useState(own);
  const query = new URLSearchParams({ format, zone });
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
      <Text size="xs" c="dimmed">
        Every format of the same texts has the same content hash, so that two copies can be compared.
      </Text>
      <Group justify="flex-end">
        <Button
          component="a"
          href={`/api/v1/${of}/${id}/transcript?${query}`}
          download={`transcript-${id}.${format}`}
          onClick={onDone}
        >
          Download
        </Button>
      </Group>
    </Stack>
  );
}
