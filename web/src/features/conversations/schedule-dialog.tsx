/** When a text is to leave, by the customer's clock. */
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { NewMessage } from "@/api/types";
import { momentWithin } from "@/shared/instants";
import { useNow } from "@/shared/now";
import { Time } from "@/shared/time";
import { previewQuery } from "./api/preview-text";

interface ScheduleDialogProps {
  conversationId: string;
  /** Where the customer may be. */
  zones: string[];
  text: NewMessage;
  /** When it was to leave before it was taken back. */
  formerAt: string | null;
  isOpen: boolean;
  onClose: () => void;
  /** Called with the customer's clock time, such as 2026-03-04T09:00. */
  onSchedule: (local: string) => void;
}

export function ScheduleDialog(props: ScheduleDialogProps): ReactNode {
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title="Schedule this text"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <ScheduleForm {...props} />
    </Modal>
  );
}

function ScheduleForm(props: ScheduleDialogProps): ReactNode {
  const { conversationId, zones, text, formerAt, onSchedule } = props;
  const [local, setLocal] = useState(() =>
    formerAt === null ? tomorrowAtNine(zones[0], new Date()) : localTime(zones[0], new Date(formerAt)),
  );
  const at = useQuery({
    ...previewQuery(conversationId, { ...text, send_at_local: local }),
    enabled: local !== "",
  });
  const outlook = at.data?.outlook;
  const isForbidden = outlook?.may === "never";
  // the next time that the customer's hours allow, where they forbid the one that was chosen
  const instead = outlook?.why ? outlook.next_allowed : null;
  const now = useNow();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (local !== "" && !isForbidden) onSchedule((instead && outlook?.next_allowed_local) ?? local);
      }}
    >
      <Stack>
        <TextInput
          type="datetime-local"
          label="When it leaves, by the customer's clock"
          description={zones.length > 0 ? zones.map(placeName).join(", or ") : undefined}
          data-autofocus
          required
          withAsterisk={false}
          value={local}
          onChange={(event) => setLocal(event.currentTarget.value)}
        />
        <div role="status">
          {outlook?.next_allowed && (
            <Text size="sm">
              On your clock it leaves <Time at={outlook.next_allowed} as="within" />.
            </Text>
          )}
          {outlook?.why && (
            <Text size="sm" {...(isForbidden && { c: "red" })}>
              {outlook.why}
            </Text>
          )}
        </div>
        <Group justify="flex-end">
          <Button type="submit" disabled={local === "" || isForbidden}>
            {instead ? `Schedule for ${momentWithin(new Date(instead), now)}` : "Schedule"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Returns tomorrow at nine where the customer is, as the field holds it. */
function tomorrowAtNine(zone: string | undefined, now: Date): string {
  const tomorrow = new Date(now.getTime() + 24 * 3_600_000);
  return `${localTime(zone, tomorrow).split("T")[0]}T09:00`;
}

/** Returns what a clock of the customer's shows, as the field holds it. */
function localTime(zone: string | undefined, at: Date): string {
  // Swedes write dates as the field does
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "short",
  });
  return format.format(at).replace(" ", "T");
}

function placeName(zone: string): string {
  return zone.replaceAll("_", " ");
}
