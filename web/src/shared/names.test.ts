import { expect, test } from "vitest";
import { e164Of, isolated, nameToType, phone, userName } from "./names";

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

test("a name of letters from right to left is isolated within what is said of it, and no other is", () => {
  expect(`${userName({ first_name: "נועה", last_name: "לוי" })}: approved`).toBe("\u2068נועה לוי\u2069: approved");
  expect(userName({ first_name: "Zoë", last_name: "Sørensen" })).toBe("Zoë Sørensen");
  expect(userName({ first_name: "美咲", last_name: "Ólafur 🚲" })).toBe("美咲 Ólafur 🚲");
  expect(nameToType({ first_name: "נועה", last_name: "לוי" })).toBe("נועה לוי");
});

test.each([
  ["Eve \u202Egnp", "Eve gnp"],
  ["\u2067Eve", "Eve"],
  ["נועה\u2069 x", "\u2068נועה x\u2069"],
])("%j sets no direction and ends no isolation", (name, shown) => {
  expect(isolated(name)).toBe(shown);
});

test.each([
  ["+12025550143", "+12025550143"],
  [" +44 7700 900123 ", "+447700900123"],
  ["+1 (202) 555-0143", "+12025550143"],
  ["07700 900123", null],
  ["+1 202", null],
  ["abc", null],
  ["", null],
])("%j is taken for the number %s", (typed, number) => {
  expect(e164Of(typed)).toBe(number);
});
