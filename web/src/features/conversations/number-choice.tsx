/** From which of our numbers a text leaves, where there are several. */
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Sender } from "@/api/types";
import { phone } from "@/shared/names";
import { sendersQuery } from "./api/list-senders";

interface NumberChoiceProps {
  conversationId: string;
  chosenId: string | null;
  onChoose: (id: string) => void;
  /** Whether something goes with the text that not every number can send. */
  hasMedia: boolean;
}

export function NumberChoice(props: NumberChoiceProps): ReactNode {
  const { conversationId, chosenId, onChoose, hasMedia } = props;
  const { data: senders = [] } = useQuery(sendersQuery(conversationId));
  if (senders.length < 2) return null;
  const byItself = senders.find(({ can_mms }) => can_mms || !hasMedia) ?? senders[0];
  return (
    <Select
      size="xs"
      w={210}
      aria-label="Send from"
      allowDeselect={false}
      value={chosenId ?? byItself?.id ?? null}
      onChange={(id) => id !== null && onChoose(id)}
      data={senders.map((sender) => ({
        value: sender.id,
        label: phone(sender.e164) + remarksOn(sender, hasMedia),
        disabled: hasMedia && !sender.can_mms,
      }))}
    />
  );
}

function remarksOn({ is_own, is_up, can_mms }: Sender, hasMedia: boolean): string {
  const remarks = [!is_own && "shared", !is_up && "down", hasMedia && !can_mms && "no pictures"];
  const told = remarks.filter((remark) => remark !== false);
  return told.length === 0 ? "" : ` (${told.join(", ")})`;
}
