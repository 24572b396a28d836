import { expect, test } from "vitest";
import { countSegments } from "./segments";

const a = (count: number) => "a".repeat(count);
const you = (count: number) => "你".repeat(count);
const grin = (count: number) => "😀".repeat(count);

test.each([
  ["nothing", "", "GSM-7", 0, 0],
  ["160 letters fit one segment", a(160), "GSM-7", 160, 1],
  ["161 letters do not", a(161), "GSM-7", 161, 2],
  ["two full parts", a(306), "GSM-7", 306, 2],
  ["one letter more", a(307), "GSM-7", 307, 3],
  ["80 euro signs cost two each", "€".repeat(80), "GSM-7", 160, 1],
  ["an escaped character is not cut", `${a(152)}€${a(152)}`, "GSM-7", 306, 3],
  ["all extension characters", "^{}\\[~]|€", "GSM-7", 18, 1],
  ["70 Chinese characters fit one segment", you(70), "UCS-2", 70, 1],
  ["71 do not", you(71), "UCS-2", 71, 2],
  ["an emoji costs two units", `${a(68)}😀`, "UCS-2", 70, 1],
  ["and one letter more does not fit", `${a(69)}😀`, "UCS-2", 71, 2],
  ["36 emoji", grin(36), "UCS-2", 72, 2],
  ["a surrogate pair is not cut", `${you(66)}😀${you(66)}`, "UCS-2", 134, 3],
  ["a family of joined emoji", "👨‍👩‍👧", "UCS-2", 8, 1],
  ["a decomposed accent counts as composed", "cafe\u0301", "GSM-7", 4, 1],
  ["1530 letters", a(1530), "GSM-7", 1530, 10],
  ["1600 letters", a(1600), "GSM-7", 1600, 11],
  ["670 Chinese characters", you(670), "UCS-2", 670, 10],
  ["1600 Chinese characters", you(1600), "UCS-2", 1600, 24],
])("counts segments: %s", (_, text, encoding, units, segments) => {
  expect(countSegments(text)).toMatchObject({ encoding, units, segments });
});

test.each([
  ["it’s fine", "’", 2],
  ["one – two", "–", 4],
  ["garçon", "ç", 3],
  ["garc\u0327on", "ç", 3],
  ["a\tb", "\t", 1],
  ["plain text", null, -1],
])("says which character makes a text cost more, and where: %s", (text, forcedBy, forcedAt) => {
  expect(countSegments(text)).toMatchObject({ forcedBy, forcedAt });
});
