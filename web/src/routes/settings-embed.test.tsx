import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, page, problem } from "@/test/fake-api";
import { makeSession } from "@/test/makers";
import { makeEmbedKey } from "@/test/makers-settings";
import { accessibilityProblems, clickTwice, openPage } from "@/test/open-page";

const KEYS = "GET /api/v1/embed-keys";
const ADMINISTRATOR = {
  "GET /api/v1/session": () =>
    json(
      makeSession([
        { entity: "embed_key", privilege: "create", level: "organisation" },
        { entity: "embed_key", privilege: "write", level: "organisation" },
      ]),
    ),
};

test("a new key is made once by a double click and shows its secret once, with what stands in the page", async () => {
  const added = "POST /api/v1/embed-keys";
  const asked = fakeApi({
    ...ADMINISTRATOR,
    [KEYS]: () => page([]),
    [added]: () => json({ ...makeEmbedKey(), secret: "tle_secret" }, 201),
  });
  const { person } = openPage("/settings/embed");
  await person.click(await screen.findByRole("button", { name: "New key" }));
  await person.type(await screen.findByRole("textbox", { name: "Name" }), "Customer form");
  await person.type(
    screen.getByRole("textbox", { name: "Pages it may stand on" }),
    "https://a.example{Enter}https://b.example",
  );
  clickTwice(screen.getByRole("button", { name: "Make the key" }));
  expect(await screen.findByText("tle_secret")).toBeVisible();
  expect(screen.getByRole("heading", { name: "The secret of Customer form" })).toHaveFocus();
  expect(asked.filter(({ what }) => what === added).map(({ body }) => body)).toEqual([
    { name: "Customer form", allowed_origins: ["https://a.example", "https://b.example"] },
  ]);
  expect(await accessibilityProblems()).toEqual([]);
  await person.keyboard("{Escape}");
  expect(screen.getByText("tle_secret")).toBeVisible();
  await person.click(screen.getByRole("button", { name: "I have kept the secret" }));
  await waitFor(() => expect(screen.queryByText("tle_secret")).not.toBeInTheDocument());
});

test("a key is deactivated once one has read what stops", async () => {
  const changed = "PATCH /api/v1/embed-keys/k-1";
  const asked = fakeApi({
    ...ADMINISTRATOR,
    [KEYS]: () => page([makeEmbedKey()]),
    [changed]: () => json(makeEmbedKey({ is_active: false })),
  });
  const { person } = openPage("/settings/embed");
  await person.click(await screen.findByRole("button", { name: "Deactivate Customer form" }));
  expect(
    await screen.findByText(
      "Every form that signs with it stops at once, on https://crm.example.com.",
    ),
  ).toBeVisible();
  await person.click(screen.getByRole("button", { name: "Deactivate" }));
  await waitFor(() => expect(asked.find(({ what }) => what === changed)?.body).toEqual({ is_active: false }));
});

test.each([
  ["empty", () => page([]), "No keys yet"],
  ["failed", () => problem(403, "missing-privilege", "You may not."), "Could not load the keys"],
])("the keys show that they are %s", async (_state, handler, words) => {
  fakeApi({ [KEYS]: handler });
  openPage("/settings/embed");
  await waitFor(() => expect(document.body).toHaveTextContent(words));
});

test("a key's pages are changed, and the line that is no origin is told", async () => {
  const changed = "PATCH /api/v1/embed-keys/k-1";
  const answers = [
    problem(422, "invalid-request", "allowed_origins.1: no origin", {
      errors: [{ path: "allowed_origins.1", message: "This is no origin.", line: null }],
    }),
    json(makeEmbedKey()),
  ];
  const asked = fakeApi({
    ...ADMINISTRATOR,
    [KEYS]: () => page([makeEmbedKey()]),
    [changed]: () => answers.shift() as Response,
  });
  const { person } = openPage("/settings/embed");
  await person.click(await screen.findByRole("button", { name: "Change Customer form" }));
  const pages = await screen.findByRole("textbox", { name: "Pages it may stand on" });
  expect(pages).toHaveValue("https://crm.example.com");
  await person.type(pages, "{Enter}elsewhere");
  await person.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("elsewhere: This is no origin.")).toBeVisible();
  expect(pages).toBeInvalid();
  expect(await accessibilityProblems()).toEqual([]);
  await person.clear(pages);
  await person.type(pages, "https://new.example.com");
  await person.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(asked.findLast(({ what }) => what === changed)?.body).toEqual({
      name: "Customer form",
      allowed_origins: ["https://new.example.com"],
    }),
  );
  await waitFor(() => expect(screen.getByRole("button", { name: "Change Customer form" })).toHaveFocus());
});
