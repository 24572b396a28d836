/** How many segments a text takes, by the rule the API counts by (domain/segments.py). Sources: 3GPP TS 23.038, 23.040. */

export interface Segments {
  encoding: "GSM-7" | "UCS-2";
  /** Septets of GSM-7, or 16-bit units of UCS-2. */
  units: number;
  segments: number;
  /** The first character that GSM-7 does not have. */
  forcedBy: string | null;
  /** Where it stands in the text as it was given, in units of JavaScript; -1 if there is none. */
  forcedAt: number;
}

/** The most characters a provider accepts in one text. */
export const MAX_CHARACTERS = 1600;

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("\f^{}\\[~]|€");

const SIZES = {
  "GSM-7": { alone: 160, part: 153 },
  "UCS-2": { alone: 70, part: 67 },
};

/** Returns how `text` is encoded and into how many segments it is cut; an empty text takes none. */
export function countSegments(text: string): Segments {
  const characters = [...text.normalize("NFC")];
  const forcedBy = characters.find((one) => !BASIC.has(one) && !EXTENDED.has(one)) ?? null;
  const encoding = forcedBy === null ? "GSM-7" : "UCS-2";
  const sizes = characters.map((one) => (forcedBy === null ? (EXTENDED.has(one) ? 2 : 1) : one.length));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const { alone, part } = SIZES[encoding];
  const forcedAt = forcedBy === null ? -1 : placeOf(forcedBy, text);
  return {
    encoding,
    units,
    segments: units <= alone ? Math.min(units, 1) : parts(sizes, part),
    forcedBy,
    forcedAt,
  };
}

/** Finds a composed character in a text that may hold it as a letter and its accent. */
function placeOf(character: string, text: string): number {
  const at = text.indexOf(character);
  return at === -1 ? text.indexOf(character.normalize("NFD")) : at;
}

/** Counts parts of at most `limit` units. A character is never cut: the part is closed before it. */
function parts(sizes: number[], limit: number): number {
  let count = 1;
  let filled = 0;
  for (const size of sizes) {
    if (filled + size > limit) {
      count += 1;
      filled = 0;
    }
    filled += size;
  }
  return count;
}
