/** What the states of a text are called, and how good they are. */
import type { Message } from "@/api/types";
import type { IconName } from "@/shared/icons";

interface Status {
  label: string;
  icon: IconName;
  /** Whether it needs a look: the text did not arrive, or nobody knows. */
  isBad?: boolean;
}

export const STATUSES: Record<Message["status"], Status> = {
  held: { label: "Waiting", icon: "clock" },
  submitting: { label: "Sending", icon: "clock" },
  uncertain: { label: "Uncertain", icon: "uncertain", isBad: true },
  queued: { label: "Queued", icon: "clock" },
  sent: { label: "Sent", icon: "check" },
  delivered: { label: "Delivered", icon: "delivered" },
  undelivered: { label: "Not delivered", icon: "failed", isBad: true },
  failed: { label: "Failed", icon: "failed", isBad: true },
  refused: { label: "Not sent", icon: "refused", isBad: true },
  received: { label: "Received", icon: "check" },
};
