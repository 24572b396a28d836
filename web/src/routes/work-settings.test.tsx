import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, never, page, problem } from "@/test/fake-api";
import { BEN, makeSession, MAYA } from "@/test/makers";
import { accessibilityProblems, clickTwice, openPage } from "@/test/open-page";

const SETTINGS = {
  priority: [{ by: "reply" }, { by: "due" }, { by: "value", field: "value" }],
  bulk_limit: 50,
  undo_seconds: 10,
  in_words: ["Customers who wrote come first.", "Then what is due."],
};
const BENS = {
  id: "a-1",
  user: BEN,
  starts_at: "2030-01-01T09:00:00Z",
  ends_at: "2030-01-08T09:00:00Z",
  cover: MAYA,
};

const of = (level: "user" | "organisation") => () =>
  json(
    makeSession([
      { entity: "work_item", privilege: "write", level },
      { entity: "work_item", privilege: "assign", level },
    ]),
  );

function settingsPage(level: "user" | "organisation") {
  return {
    "GET /api/v1/session": of(level),
    "GET /api/v1/work-list-settings": () => json(SETTINGS),
    "GET /api/v1/absences": () => json({ items: [BENS] }),
    "GET /api/v1/users": () => page([{ ...makeSession().user, ...BEN }]),
  };
}

test("while they load, their shape is shown, and what cannot be loaded says why", async () => {
  fakeApi({
    "GET /api/v1/work-list-settings": never,
    "GET /api/v1/absences": () => problem(503, "database-away", "The database does not answer."),
  });
  openPage("/settings/work");
  expect(await screen.findByRole("status", { name: "Loading the order" })).toBeVisible();
  expect(await screen.findByRole("alert")).toHaveTextContent("The database does not answer.");
});

test("a seller reads the order in words, and takes back only the own leave", async () => {
  fakeApi(settingsPage("user"));
  openPage("/settings/work");
  expect(await screen.findByText("Customers who wrote come first.")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Save for everybody" })).not.toBeInTheDocument();
  const away = await screen.findByRole("list", { name: "Who is away" });
  expect(away).toHaveTextContent("Ben Halloran");
  expect(away).toHaveTextContent("Maya Okafor stands in");
  expect(screen.queryByRole("button", { name: "Take back: Ben Halloran" })).not.toBeInTheDocument();
  expect(screen.queryByRole("combobox", { name: "Who is away" })).not.toBeInTheDocument();
});

test("when a leave is taken back the focus stays where it stood", async () => {
  let absences = [BENS];
  const answer = Promise.withResolvers<Response>();
  fakeApi({
    ...settingsPage("organisation"),
    "GET /api/v1/absences": () => json({ items: absences }),
    [`DELETE /api/v1/absences/${BENS.id}`]: () => {
      absences = [];
      return answer.promise;
    },
  });
  const { person } = openPage("/settings/work");
  const takeBack = await screen.findByRole("button", { name: "Take back: Ben Halloran" });
  takeBack.focus();
  await person.keyboard("{Enter}");
  await waitFor(() => expect(takeBack).toBeDisabled());
  answer.resolve(new Response(null, { status: 204 }));
  const empty = await screen.findByRole("heading", { name: "Nobody is away" });
  await waitFor(() => expect(document.body).not.toHaveFocus());
  expect(document.activeElement).toContainElement(empty);
});

test("where nobody is away, it says why to note it", async () => {
  fakeApi({ ...settingsPage("user"), "GET /api/v1/absences": () => json({ items: [] }) });
  openPage("/settings/work");
  expect(await screen.findByRole("heading", { name: "Nobody is away" })).toBeVisible();
});

test("a manager changes the order by keyboard and saves it for everybody", async () => {
  const asked = fakeApi({
    ...settingsPage("organisation"),
    "PUT /api/v1/work-list-settings": () => json(SETTINGS),
  });
  const { person } = openPage("/settings/work");
  const order = await screen.findByRole("list", { name: "What comes first" });
  within(order).getByRole("button", { name: "Move up: The highest value of the record" }).focus();
  await person.keyboard("{Enter}");
  await person.selectOptions(screen.getByRole("combobox", { name: "Put in" }), "Texts that went wrong");
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(screen.getByRole("button", { name: "Save for everybody" }));
  await waitFor(() =>
    expect(asked.find(({ what }) => what.startsWith("PUT"))?.body).toEqual({
      priority: [{ by: "reply" }, { by: "value", field: "value" }, { by: "due" }, { by: "trouble" }],
      bulk_limit: 50,
      undo_seconds: 10,
    }),
  );
});

test("a manager notes a colleague's leave and who stands in", async () => {
  const asked = fakeApi({
    ...settingsPage("organisation"),
    "POST /api/v1/absences": () => json(BENS, 201),
  });
  const { person } = openPage("/settings/work");
  const who = await screen.findByRole("combobox", { name: "Who is away" });
  await within(who).findByRole("option", { name: "Ben Halloran" });
  await person.selectOptions(who, "u-ben");
  await person.type(screen.getByLabelText("From"), "2030-02-01T09:00");
  await person.type(screen.getByLabelText("Until"), "2030-02-08T09:00");
  clickTwice(screen.getByRole("button", { name: "Note the absence" }));
  await waitFor(() =>
    expect(asked.find(({ what }) => what === "POST /api/v1/absences")?.body).toEqual({
      user_id: "u-ben",
      starts_at: "2030-02-01T09:00:00.000Z",
      ends_at: "2030-02-08T09:00:00.000Z",
    }),
  );
  expect(asked.filter(({ what }) => what === "POST /api/v1/absences")).toHaveLength(1);
});

test("a manager puts the kinds into an order of their own and names the field of the value", async () => {
  const asked = fakeApi({
    ...settingsPage("organisation"),
    "PUT /api/v1/work-list-settings": () => json(SETTINGS),
  });
  const { person } = openPage("/settings/work");
  const put = await screen.findByRole("combobox", { name: "Put in" });
  await person.selectOptions(put, "The kinds, in an order of their own");
  const kinds = within(screen.getByRole("list", { name: "Order of the kinds" }));
  expect(kinds.getAllByRole("listitem")[0]).toHaveTextContent("1. Text to approve");
  kinds.getByRole("button", { name: "Move up: Call" }).focus();
  await person.keyboard("[Enter][Enter]");
  expect(kinds.getAllByRole("listitem")[0]).toHaveTextContent("1. Call");
  // at the top the only way is down, so that the focus is not lost
  expect(kinds.getByRole("button", { name: "Move down: Call" })).toHaveFocus();
  for (const kind of ["Reply to answer", "Task", "E-mail", "Follow-up", "Did they opt out?", "Text failed"]) {
    await person.click(kinds.getByRole("button", { name: `Leave out: ${kind}` }));
  }
  await person.selectOptions(screen.getByRole("combobox", { name: "Put in a kind" }), "Task");
  const field = screen.getByRole("textbox", { name: "Field of the record" });
  await person.clear(field);
  await person.type(field, "budget");
  expect(await accessibilityProblems()).toEqual([]);
  await person.click(screen.getByRole("button", { name: "Save for everybody" }));
  await waitFor(() =>
    expect(asked.findLast(({ what }) => what.startsWith("PUT"))?.body).toMatchObject({
      priority: [
        { by: "reply" },
        { by: "due" },
        { by: "value", field: "budget" },
        { by: "kind", order: ["call", "manual_text", "uncertain_text", "task"] },
      ],
    }),
  );
});
