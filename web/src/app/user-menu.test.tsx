import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, never, page, problem } from "@/test/fake-api";
import { accessibilityProblems, openPage } from "@/test/open-page";

const CHANGED = "PUT /api/v1/session/password";
const NOTHING = { "GET /api/v1/records": () => page([]), "GET /api/v1/sequences": () => page([]) };

type Person = ReturnType<typeof openPage>["person"];

async function openDialog(person: Person): Promise<void> {
  await person.click(await screen.findByRole("button", { name: "Signed in as Maya Okafor" }));
  await person.click(await screen.findByRole("menuitem", { name: "Change password" }));
  await waitFor(() => expect(screen.getByLabelText("Current password")).toHaveFocus());
}

test("one changes the own password from the menu under one's name, by keyboard", async () => {
  const asked = fakeApi({ ...NOTHING, [CHANGED]: () => new Response(null, { status: 204 }) });
  const { person } = openPage("/records");
  await openDialog(person);
  await person.keyboard("correct horse{Tab}short");
  expect(screen.getByRole("button", { name: "Change" })).toBeDisabled();
  await person.keyboard(" but long enough");
  expect(await accessibilityProblems()).toEqual([]);
  await person.keyboard("{Enter}");
  expect(await screen.findByText(/^Your password was changed\./)).toBeVisible();
  expect(asked.find(({ what }) => what === CHANGED)?.body).toEqual({
    current_password: "correct horse",
    new_password: "short but long enough",
  });
  expect(screen.getByRole("button", { name: "Done" })).toHaveFocus();
  await person.keyboard("{Enter}");
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
});

test("a wrong current password is said plainly, and what was typed stays", async () => {
  fakeApi({
    ...NOTHING,
    [CHANGED]: () => problem(422, "wrong-password", "This is not your current password."),
  });
  const { person } = openPage("/records");
  await openDialog(person);
  await person.keyboard("correct house{Tab}a better battery{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("This is not your current password.");
  expect(screen.getByLabelText("Current password")).toHaveValue("correct house");
  expect(screen.getByLabelText("New password")).toHaveValue("a better battery");
});

test("a password is sent once, however often one presses", async () => {
  const asked = fakeApi({ ...NOTHING, [CHANGED]: never });
  const { person } = openPage("/records");
  await openDialog(person);
  await person.keyboard("correct horse{Tab}a better battery{Enter}{Enter}");
  expect(asked.filter(({ what }) => what === CHANGED)).toHaveLength(1);
});

test("what was typed is gone when the dialog is opened again", async () => {
  fakeApi(NOTHING);
  const { person } = openPage("/records");
  await openDialog(person);
  await person.keyboard("correct horse{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  await openDialog(person);
  expect(screen.getByLabelText("Current password")).toHaveValue("");
});
