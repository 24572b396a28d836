import { expect, test } from "vitest";
import { phone } from "./names";

test.each([
  ["+12025550143", "+1 202 555 0143"],
  ["+447700900123", "+44 7700 900123"],
  ["+33612345678", "+33 6 12 34 56 78"],
  ["+4915112345678", "+49 1511 2345678"],
  ["+819012345678", "+81 90 1234 5678"],
  ["+5511961234567", "+55 11 96123 4567"],
  // of no country's plan, and no number at all
  ["+999123456", "+999123456"],
  ["34567", "34567"],
  ["HARBOUR", "HARBOUR"],
])("%s is shown as its country groups it", (e164, shown) => {
  expect(phone(e164)).toBe(shown.replaceAll(" ", "\u00A0"));
});
