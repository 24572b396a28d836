/** Where texts of a conversation came from, or went to, by whose hand. */
import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { ConversationMove } from "@/api/types";
import { Icon } from "@/shared/icons";
import { HIDDEN_RECORD, isolated, recordName, userName } from "@/shared/names";
import { Time } from "@/shared/time";

interface MoveTraceProps {
  move: ConversationMove;
  readerId: string;
}

export function MoveTrace({ move, readerId }: MoveTraceProps): ReactNode {
  const texts = `${move.count} ${move.count === 1 ? "text" : "texts"}`;
  const way = move.way === "came" ? "moved here from" : "moved to";
  return (
    <Text size="xs" c="dimmed" ta="center">
      <Icon name="move" size={12} /> {texts} {way} {otherSide(move)}
      {move.reason && `: ${isolated(move.reason)}`}
      <br />
      {move.moved_by.id === readerId ? "You" : userName(move.moved_by)} · <Time at={move.at} as="clock" />
    </Text>
  );
}

function otherSide({ other, record }: ConversationMove): string {
  if (record !== null) return recordName(record);
  return other === "inbox" ? "the inbox" : HIDDEN_RECORD;
}
