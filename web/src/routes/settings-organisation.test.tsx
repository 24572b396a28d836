import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, never, problem } from "@/test/fake-api";
import { makeSession } from "@/test/makers";
import { makeRule, makeSettings } from "@/test/makers-settings";
import { accessibilityProblems, openPage } from "@/test/open-page";

const SETTINGS = "GET /api/v1/organisation";
const CHANGED = "PATCH /api/v1/organisation";
const POLICY = "GET /api/v1/text-policy";
const POLICY_CHANGED = "PATCH /api/v1/text-policy";

const SENDER = makeRule();
const SHORTENER = makeRule({
  key: "public-shortener",
  when: "every",
  message: "Carriers drop texts with links of public shorteners.",
  countries: ["CA", "US"],
  elsewhere: "warning",
  shipped: "error",
  severity: "off",
});

const READER = {
  [SETTINGS]: () => json(makeSettings()),
  [POLICY]: () => json({ rules: [SENDER, SHORTENER] }),
};

const ADMINISTRATOR = {
  ...READER,
  "GET /api/v1/session": () =>
    json(
      makeSession([
        { entity: "organisation", privilege: "read", level: "organisation" },
        { entity: "organisation", privilege: "write", level: "organisation" },
      ]),
    ),
};

test("who may read the settings reads all of them, and changes nothing", async () => {
  fakeApi(READER);
  openPage("/settings/organisation");
  const lead = await screen.findByRole("radio", { name: "Becomes a lead" });
  expect(lead).toBeChecked();
  expect(lead).toBeDisabled();
  const minutes = screen.getByRole("textbox", { name: "Minutes to answer outside the customer's hours" });
  expect(minutes).toHaveValue("60");
  expect(minutes).toBeDisabled();
  expect(
    screen.getByRole("checkbox", { name: "A seller without a number sends from the team's" }),
  ).toBeChecked();
  expect(await screen.findByRole("combobox", { name: "Who writes" })).toBeDisabled();
  expect(await screen.findByRole("radio", { name: "All texts of the organisation" })).toBeDisabled();
  for (const [name, value] of [["Texts go out from", "08:00"], ["Until", "21:00"]] as const) {
    expect(screen.getByLabelText(name)).toHaveValue(value);
    expect(screen.getByLabelText(name)).toBeDisabled();
  }
  expect(screen.queryByRole("button", { name: /^Save/ })).not.toBeInTheDocument();
  expect(await accessibilityProblems()).toEqual([]);
});

test("an administrator changes settings by keyboard, and only what was changed is sent", async () => {
  const after = makeSettings({ unknown_sender: "inbox", answer_minutes: 0, fails_over: true });
  const asked = fakeApi({ ...ADMINISTRATOR, [CHANGED]: () => json(after) });
  const { person } = openPage("/settings/organisation");
  const save = await screen.findByRole("button", { name: "Save the settings" });
  expect(save).toBeDisabled();
  screen.getByRole("radio", { name: "Becomes a lead" }).focus();
  await person.keyboard("{ArrowDown}");
  expect(screen.getByRole("radio", { name: "Waits in the inbox" })).toBeChecked();
  screen.getByRole("checkbox", { name: "Another number of the same owner stands in" }).focus();
  await person.keyboard(" ");
  const minutes = screen.getByRole("textbox", { name: "Minutes to answer outside the customer's hours" });
  await person.clear(minutes);
  await person.type(minutes, "0{Enter}");
  await waitFor(() =>
    expect(asked.find(({ what }) => what === CHANGED)?.body).toEqual({
      unknown_sender: "inbox",
      answer_minutes: 0,
      fails_over: true,
    }),
  );
  expect(await screen.findByText("Saved")).toBeVisible();
  expect(screen.getByRole("radio", { name: "Waits in the inbox" })).toBeChecked();
  expect(save).toBeDisabled();
});

test("minutes that are none are named at their field, and not sent", async () => {
  const asked = fakeApi(ADMINISTRATOR);
  const { person } = openPage("/settings/organisation");
  const minutes = await screen.findByRole("textbox", {
    name: "Minutes to answer outside the customer's hours",
  });
  await person.clear(minutes);
  await person.type(minutes, "1441{Enter}");
  expect(minutes).toHaveAccessibleDescription(/Write whole minutes, from 0 to 1440\./);
  expect(minutes).toBeInvalid();
  expect(screen.getByRole("button", { name: "Save the settings" })).toBeDisabled();
  expect(await accessibilityProblems()).toEqual([]);
  expect(asked.some(({ what }) => what === CHANGED)).toBe(false);
});

test("the hours are changed, the page goes on by them, and what the law forbids stands at its field", async () => {
  const words = '"07:00-20:00" is not within 08:00-21:00, in which the law lets texts go out.';
  const handlers: Parameters<typeof fakeApi>[0] = {
    ...ADMINISTRATOR,
    [CHANGED]: () => problem(422, "invalid-request", words, { errors: [{ path: "allowed_from", message: words }] }),
  };
  const asked = fakeApi(handlers);
  const { person } = openPage("/settings/organisation");
  const from = await screen.findByLabelText("Texts go out from");
  const until = screen.getByLabelText("Until");
  const save = screen.getByRole("button", { name: "Save the settings" });
  fireEvent.change(until, { target: { value: "" } });
  expect(until).toHaveAccessibleDescription(/Write a time\./);
  expect(save).toBeDisabled();
  fireEvent.change(from, { target: { value: "07:00" } });
  fireEvent.change(until, { target: { value: "20:00" } });
  await person.click(save);
  await waitFor(() => expect(from).toHaveAccessibleDescription(new RegExp("in which the law lets texts go out")));
  expect(await accessibilityProblems()).toEqual([]);

  handlers[CHANGED] = () => json(makeSettings({ allowed_from: "09:00:00", allowed_until: "20:00:00" }));
  const before = asked.filter(({ what }) => what === "GET /api/v1/session").length;
  fireEvent.change(from, { target: { value: "09:00" } });
  await person.click(save);
  expect(await screen.findByText("Saved")).toBeVisible();
  expect(asked.findLast(({ what }) => what === CHANGED)?.body).toEqual({
    allowed_from: "09:00",
    allowed_until: "20:00",
  });
  expect(asked.filter(({ what }) => what === "GET /api/v1/session").length).toBe(before + 1);
});

test("a refusal is told, at its field too, and what was typed stays", async () => {
  fakeApi({
    ...ADMINISTRATOR,
    [CHANGED]: () =>
      problem(422, "invalid-request", "Too long.", {
        errors: [{ path: "answer_minutes", message: "Too long for the law." }],
      }),
  });
  const { person } = openPage("/settings/organisation");
  const minutes = await screen.findByRole("textbox", {
    name: "Minutes to answer outside the customer's hours",
  });
  await person.clear(minutes);
  await person.type(minutes, "900{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("The settings were not changed");
  expect(minutes).toHaveAccessibleDescription(/Too long for the law\./);
  expect(minutes).toHaveValue("900");
});

test("rules for texts are made an error, or what they come as", async () => {
  const asked = fakeApi({
    ...ADMINISTRATOR,
    [POLICY_CHANGED]: () =>
      json({ rules: [{ ...SENDER, severity: "error" }, { ...SHORTENER, severity: "error" }] }),
  });
  const { person } = openPage("/settings/organisation");
  const sender = await screen.findByRole("combobox", { name: "Who writes" });
  expect(sender).toHaveAccessibleDescription(
    "A first text must say who writes. The first text to a customer to GB, US. Source: CTIA",
  );
  expect(within(sender).getAllByRole("option").map((option) => option.textContent)).toEqual([
    "Off",
    "Warning (as shipped)",
    "Error",
  ]);
  const shortener = screen.getByRole("combobox", { name: "Public link shorteners" });
  expect(shortener).toHaveAccessibleDescription(/Elsewhere a warning, unless you choose otherwise\./);
  const save = screen.getByRole("button", { name: "Save the rules" });
  expect(save).toBeDisabled();
  await person.selectOptions(sender, "error");
  await person.selectOptions(shortener, "error");
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(save);
  await waitFor(() =>
    expect(asked.find(({ what }) => what === POLICY_CHANGED)?.body).toEqual({
      "first-sender": "error",
      // as it comes: the choice is taken back
      "public-shortener": null,
    }),
  );
  expect(await screen.findByText("Saved")).toBeVisible();
  expect(shortener).toHaveValue("error");
});

test("rules that could not be changed stay as they were chosen", async () => {
  fakeApi({
    ...ADMINISTRATOR,
    [POLICY_CHANGED]: () => problem(403, "missing-privilege", "Your roles do not let you."),
  });
  const { person } = openPage("/settings/organisation");
  const sender = await screen.findByRole("combobox", { name: "Who writes" });
  await person.selectOptions(sender, "off");
  await person.click(screen.getByRole("button", { name: "Save the rules" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Your roles do not let you.");
  expect(sender).toHaveValue("off");
});

test("while the settings and the rules are loading, their shape is shown", async () => {
  fakeApi({ [SETTINGS]: never, [POLICY]: never });
  openPage("/settings/organisation");
  expect(await screen.findByRole("status", { name: "Loading the settings" })).toBeVisible();
  expect(screen.getByRole("status", { name: "Loading the rules for texts" })).toBeVisible();
});

test("settings and rules that could not be loaded are told, and tried again", async () => {
  const handlers: Parameters<typeof fakeApi>[0] = {
    [SETTINGS]: () => problem(403, "missing-privilege", "You may not."),
    [POLICY]: () => problem(503, "busy", "Try again in a moment."),
  };
  fakeApi(handlers);
  const { person } = openPage("/settings/organisation");
  expect(await screen.findByText("Could not load the settings")).toBeVisible();
  const failure = (await screen.findByText("Could not load the rules for texts")).closest("[role=alert]");
  Object.assign(handlers, READER);
  await person.click(within(failure as HTMLElement).getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("combobox", { name: "Who writes" })).toBeVisible();
});

test("a product without rules says so", async () => {
  fakeApi({ ...READER, [POLICY]: () => json({ rules: [] }) });
  openPage("/settings/organisation");
  expect(await screen.findByRole("heading", { name: "No rules" })).toBeVisible();
});

test("the menu leads administrators to the settings", async () => {
  fakeApi(ADMINISTRATOR);
  const { person, address } = openPage("/settings/retention");
  await person.click(await screen.findByRole("button", { name: "Signed in as Maya Okafor" }));
  await person.click(await screen.findByRole("menuitem", { name: "Organisation" }));
  await waitFor(() => expect(address()).toBe("/settings/organisation"));
});
