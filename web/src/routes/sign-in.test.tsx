import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, page, problem } from "@/test/fake-api";
import { FakeEventSource } from "@/test/fake-event-source";
import { makeSession, makeWorkItem } from "@/test/makers";
import { accessibilityProblems, openPage } from "@/test/open-page";

/** An API whose session ends when the test says so. */
function sessionOf({ isSignedIn }: { isSignedIn: boolean }) {
  const state = { isSignedIn };
  const guarded = (answer: () => Response) => () =>
    state.isSignedIn ? answer() : problem(401, "session-expired", "Your session has ended.");
  const asked = fakeApi({
    "GET /api/v1/session": guarded(() => json(makeSession())),
    "GET /api/v1/work-items": guarded(() => page([makeWorkItem()])),
    "GET /api/v1/work-items/w-1": guarded(() => json(makeWorkItem())),
    "POST /api/v1/work-items/w-1/approve": guarded(() => json(makeWorkItem())),
    "GET /api/v1/records": guarded(() => page([])),
    "GET /api/v1/sequences": guarded(() => page([])),
    "DELETE /api/v1/session": () => {
      state.isSignedIn = false;
      return new Response(null, { status: 204 });
    },
    "POST /api/v1/session": async (request) => {
      const { password } = (await request.json()) as { password: string };
      if (password !== "correct horse") {
        return problem(401, "wrong-credentials", "The e-mail address or the password is wrong.");
      }
      state.isSignedIn = true;
      return json({ ...makeSession(), token: "t" }, 201);
    },
  });
  return { state, asked };
}

type Person = ReturnType<typeof openPage>["person"];

async function signIn(person: Person, password: string): Promise<void> {
  await person.type(await screen.findByLabelText("E-mail address"), "maya@example.com");
  await person.type(screen.getByLabelText("Password"), password);
  await person.click(screen.getByRole("button", { name: "Sign in" }));
}

// first, as the way is longest while the code of the sign-in page is still to be loaded
test("a session that has ended leads to the sign-in page, past no note of failure", async () => {
  const { state } = sessionOf({ isSignedIn: true });
  const { person } = openPage("/records");
  await screen.findByRole("heading", { name: "Records" });
  const seen: string[] = [];
  const watch = new MutationObserver(() => {
    for (const note of screen.queryAllByText(/Could not|Your session has ended\.$/)) seen.push(note.textContent);
  });
  watch.observe(document.body, { childList: true, subtree: true });
  state.isSignedIn = false;
  await person.click(screen.getByRole("link", { name: "Sequences" }));

  expect(await screen.findByRole("heading", { name: "Sign in to Touchline" })).toBeVisible();
  watch.disconnect();
  expect(seen).toEqual([]);
});

test("who is not signed in is asked to, and then gets the page they wanted", async () => {
  sessionOf({ isSignedIn: false });
  const { person, address } = openPage("/records?q=Ada");
  await signIn(person, "correct horse");
  expect(await screen.findByRole("heading", { name: "Records" })).toBeVisible();
  expect(address()).toBe("/records?q=Ada");
});

test("a wrong password is said plainly, and the address stays filled in", async () => {
  sessionOf({ isSignedIn: false });
  const { person } = openPage("/work");
  await signIn(person, "wrong");
  expect(await screen.findByRole("alert")).toHaveTextContent(
    "The e-mail address or the password is wrong.",
  );
  expect(screen.getByLabelText("E-mail address")).toHaveValue("maya@example.com");
  expect(await accessibilityProblems()).toEqual([]);
});

test("when the session ends, one signs in and goes on with the text one was writing", async () => {
  const { state } = sessionOf({ isSignedIn: true });
  const { person } = openPage("/work");
  await person.type(await screen.findByRole("textbox", { name: "Text" }), " Tomorrow?");
  state.isSignedIn = false;
  await person.click(screen.getByRole("button", { name: "Approve" }));

  expect(await screen.findByText(/Your session has ended/)).toBeVisible();
  await signIn(person, "correct horse");
  expect(await screen.findByRole("textbox", { name: "Text" })).toHaveValue(
    "Hi Ada, shall we book a call? Tomorrow?",
  );
});

test("a stream of events that is refused because the session ended leads to the sign-in page", async () => {
  const { state } = sessionOf({ isSignedIn: true });
  openPage("/records");
  await screen.findByRole("heading", { name: "Records" });
  state.isSignedIn = false;
  FakeEventSource.current.break({ isRefused: true });
  expect(await screen.findByText(/Your session has ended/)).toBeVisible();
});

test("signing out leads to the sign-in page and forgets what was typed", async () => {
  sessionOf({ isSignedIn: true });
  const { person, address } = openPage("/work");
  await person.type(await screen.findByRole("textbox", { name: "Text" }), " Tomorrow?");
  await person.click(screen.getByRole("button", { name: "Signed in as Maya Okafor" }));
  await person.click(await screen.findByRole("menuitem", { name: "Sign out" }));
  await waitFor(() => expect(address()).toBe("/sign-in"));
  expect(Object.keys(sessionStorage)).toEqual([]);
});

test("a link to another site is not followed after signing in", async () => {
  sessionOf({ isSignedIn: false });
  const { person, address } = openPage("/sign-in?next=//elsewhere.example");
  await signIn(person, "correct horse");
  await waitFor(() => expect(address()).toMatch(/^\/work/));
});
