/** What the other side of a conversation is called. */
import type { Conversation } from "@/api/types";
import { phone, recordName } from "@/shared/names";

/** Returns the record's name; the number alone while nobody has said whose it is. */
export function customerName({ record, customer_number }: Pick<Conversation, "record" | "customer_number">): string {
  return record === null ? phone(customer_number) : recordName(record);
}
