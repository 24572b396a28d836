/** Instants as a field for date and time holds them: on the reader's clock. */

/** Returns what the field shows for an instant, to the minute. */
export function toField(at: Date): string {
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Returns the instant a field shows; null while it shows none. */
export function fromField(value: string): Date | null {
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** Returns nine o'clock so many days on. */
export function morningIn(days: number, now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 9);
}

function two(part: number): string {
  return String(part).padStart(2, "0");
}
