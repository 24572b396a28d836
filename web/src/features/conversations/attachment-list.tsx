/** The pictures and files that go with the text one writes, and the button that adds some. */
import { Button, CloseButton, FileButton, Group, Text } from "@mantine/core";
import { useRef, type ReactNode } from "react";
import { Icon } from "@/shared/icons";
import { fileSize } from "./media-words";
import { LIMITS, type Attachments } from "./use-attachments";
import classes from "./attachment-list.module.css";

interface AttachmentListProps {
  attachments: Attachments;
  isLocked: boolean;
  /** Called when one is gone, and with it the button that had the focus. */
  onRemoved: () => void;
}

export function AttachmentList({ attachments, isLocked, onRemoved }: AttachmentListProps): ReactNode {
  const { items, refusals, pending, problem, remove } = attachments;
  return (
    <>
      {items.length > 0 && (
        <ul className={classes.attachments} aria-label="Goes with the text">
          {items.map(({ sha256, name, size }) => (
            <li key={sha256} className={classes.attachment}>
              <Icon name="attach" size={14} />
              <Text size="xs" truncate>
                {name}
              </Text>
              <Text size="xs" c="dimmed" className={classes.size}>
                {fileSize(size)}
              </Text>
              <CloseButton
                size="sm"
                aria-label={`Remove ${name}`}
                disabled={isLocked}
                onClick={() => {
                  remove(sha256);
                  onRemoved();
                }}
              />
            </li>
          ))}
        </ul>
      )}
      <div role="status" className={classes.pending}>
        {pending > 0 && `Attaching ${pending} ${pending === 1 ? "file" : "files"}…`}
      </div>
      {(refusals.length > 0 || problem !== null) && (
        <div role="alert" className={classes.problems}>
          {refusals.map((why) => (
            <div key={why}>{why}</div>
          ))}
          {problem !== null && <div>{problem} Remove some.</div>}
        </div>
      )}
    </>
  );
}

export function AttachButton(props: { onAdd: (files: File[]) => void; isLocked: boolean }): ReactNode {
  const forget = useRef<() => void>(null);
  return (
    <FileButton
      multiple
      accept={ACCEPTED}
      resetRef={forget}
      inputProps={{ "aria-label": "Pictures and files" }}
      onChange={(files) => {
        props.onAdd(files);
        // else the same file could not be chosen again
        forget.current?.();
      }}
    >
      {(button) => (
        <Button
          {...button}
          size="xs"
          variant="default"
          leftSection={<Icon name="attach" />}
          title={LIMITS}
          disabled={props.isLocked}
        >
          Attach…
        </Button>
      )}
    </FileButton>
  );
}

/** Where files are let go. */
export function DropPlace({ isOpen }: { isOpen: boolean }): ReactNode {
  if (!isOpen) return null;
  return (
    <Group className={classes.drop} justify="center" align="center">
      <Text size="sm" ta="center">
        Let go to attach. {LIMITS}
      </Text>
    </Group>
  );
}

/** What the dialog that chooses files offers; what a file is, the API says by its first bytes. */
const ACCEPTED = [
  "image/jpeg",
  "image/png",
  "image/gif",
  "image/heic",
  "image/tiff",
  "audio/*",
  "video/*",
  "application/pdf",
  ".vcf",
  ".ics",
].join(",");
