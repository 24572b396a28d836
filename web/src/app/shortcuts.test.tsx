import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, page } from "@/test/fake-api";
import { LUIS, makeWorkItem } from "@/test/makers";
import { accessibilityProblems, openPage } from "@/test/open-page";

/** A work list of two: Ada's item is in hand, Luis's is next. */
async function openWork() {
  const ada = makeWorkItem();
  const luis = makeWorkItem({ id: "w-2", record: LUIS });
  fakeApi({
    "GET /api/v1/work-items": () => page([ada, luis]),
    "GET /api/v1/work-items/w-1": () => json(ada),
    "GET /api/v1/work-items/w-2": () => json(luis),
  });
  const { person } = openPage("/work");
  await screen.findByRole("heading", { name: "Ada Moreno" });
  return person;
}

test("a key goes to the next item, but not while one types or a dialog is open", async () => {
  const person = await openWork();
  await person.type(screen.getByRole("textbox", { name: "Text" }), "j");
  expect(screen.getByRole("heading", { name: "Ada Moreno" })).toBeVisible();

  (document.activeElement as HTMLElement).blur();
  await person.keyboard("?");
  const dialog = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
  await person.keyboard("j");
  await person.click(within(dialog).getByRole("button", { name: "Close" }));
  await waitFor(() => expect(dialog).not.toBeInTheDocument());
  expect(screen.getByRole("heading", { name: "Ada Moreno" })).toBeVisible();

  await person.keyboard("j");
  expect(await screen.findByRole("heading", { name: "Luis Ferreira" })).toBeVisible();
});

test("the list of shortcuts has those of the page, on every keyboard, and gives the focus back", async () => {
  const person = await openWork();
  const skip = screen.getByRole("button", { name: "Skip" });
  skip.focus();
  await person.keyboard("{Shift>}?{/Shift}");
  const dialog = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
  const rows = within(dialog).getAllByRole("row").map((row) => row.textContent);
  expect(rows).toContain("jNext work item");
  expect(rows).toContain("kPrevious work item");
  expect(rows).toContain("?Show this list");
  expect(await accessibilityProblems()).toEqual([]);

  await person.keyboard("{Escape}");
  await waitFor(() => expect(dialog).not.toBeInTheDocument());
  await waitFor(() => expect(skip).toHaveFocus());
});

test("the list opens from the user menu, too, and what belongs to a page one left is not in it", async () => {
  const person = await openWork();
  await person.click(screen.getByRole("link", { name: "Conversations" }));
  await screen.findByRole("heading", { name: "Conversations" });
  await person.click(screen.getByRole("button", { name: "Signed in as Maya Okafor" }));
  await person.click(await screen.findByRole("menuitem", { name: "Show the shortcuts" }));
  const dialog = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
  expect(dialog).toHaveTextContent("Show this list");
  expect(dialog).not.toHaveTextContent("Next work item");
});

test("who switches the shortcuts off has none, and has them off when the page is opened again", async () => {
  const person = await openWork();
  await person.click(screen.getByRole("button", { name: "Signed in as Maya Okafor" }));
  await person.click(await screen.findByRole("menuitemcheckbox", { name: "Single-key shortcuts" }));
  expect(screen.queryByRole("menuitem", { name: "Show the shortcuts" })).not.toBeInTheDocument();
  await person.keyboard("{Escape}");
  (document.activeElement as HTMLElement).blur();
  await person.keyboard("j?");
  expect(screen.getByRole("heading", { name: "Ada Moreno" })).toBeVisible();
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  expect(localStorage.getItem("touchline-shortcuts")).toBe("false");
});
