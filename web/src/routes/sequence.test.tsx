import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Grant } from "@/api/types";
import { fakeApi, json, never, page, problem } from "@/test/fake-api";
import {
  BEN,
  LUIS,
  makeEnrollment,
  makeRecord,
  makeSequence,
  makeSession,
  makeVersion,
  WELCOME,
} from "@/test/makers";
import { accessibilityProblems, openPage } from "@/test/open-page";

const ALL: Grant[] = [
  { entity: "sequence", privilege: "write", level: "organisation" },
  { entity: "enrollment", privilege: "create", level: "organisation" },
  { entity: "enrollment", privilege: "write", level: "organisation" },
];
const MAY_ALL = { "GET /api/v1/session": () => json(makeSession(ALL)) };

const VERSIONS = "GET /api/v1/sequences/welcome/versions";

const WITH_ADA = {
  "GET /api/v1/sequences/welcome": () => json(makeSequence()),
  [VERSIONS]: () => page([makeVersion()]),
  "GET /api/v1/enrollments": () => page([makeEnrollment()]),
};

test("the steps of a sequence are a tree that can be read aloud", async () => {
  const document: ReturnType<typeof makeVersion>["document"] = {
    ...makeVersion().document,
    steps: [
      { id: "hello", name: "", type: "automated_text", text: "Hi there" },
      { id: "pause", name: "", type: "wait", for: "1d 12h" },
      {
        id: "answered",
        name: "",
        type: "branch",
        when: { replied: { to: "hello", within: "3d" } },
        then: [{ id: "book", name: "Book a call", type: "manual_text", text: "When?", due: "4h" }],
        else: [
          { id: "offer", name: "", type: "email", subject: "Your bike", description: "Ready", due: "1d" },
          { id: "stop", name: "", type: "end" },
        ],
      },
    ],
  };
  fakeApi({ ...WITH_ADA, [VERSIONS]: () => page([makeVersion({ document })]) });
  openPage("/sequences/welcome");
  const steps = await screen.findByRole("list", { name: "Steps" });
  expect(within(steps).getByText("For 1 day 12 hours")).toBeVisible();
  expect(within(steps).getByText("Did the customer answer “Hello” within 3 days?")).toBeVisible();
  expect(within(steps).getByRole("list", { name: "Answered: Yes" })).toHaveTextContent(
    "Book a callManual text, due after 4 hoursWhen?",
  );
  expect(within(steps).getByRole("list", { name: "Answered: No" })).toHaveTextContent(
    "OfferE-mail, due after 1 dayYour bike ReadyStopEnd",
  );
});

test("the steps are those of the published version, and a draft that differs is a choice beside it", async () => {
  const draft = makeSequence().draft;
  draft.steps = [{ id: "hello", name: "", type: "automated_text", text: "Good day" }];
  const asked = fakeApi({
    ...WITH_ADA,
    ...MAY_ALL,
    "GET /api/v1/sequences/welcome": () => json(makeSequence({ draft })),
  });
  const { person } = openPage("/sequences/welcome");
  const steps = await screen.findByRole("list", { name: "Steps" });
  expect(within(steps).getByText("Hi there")).toBeVisible();
  expect(screen.queryByText("Good day")).not.toBeInTheDocument();
  expect(asked.find(({ what }) => what === VERSIONS)?.query.get("limit")).toBe("1");

  await person.click(screen.getByRole("radio", { name: "Draft" }));
  expect(screen.getByText("Good day")).toBeVisible();
  expect(screen.queryByText("Hi there")).not.toBeInTheDocument();
  expect(await accessibilityProblems()).toEqual([]);
  expect(screen.getByRole("button", { name: "Publish the draft" })).toBeEnabled();
});

test("a draft that says what is published is not offered for publishing again", async () => {
  fakeApi({ ...WITH_ADA, ...MAY_ALL });
  openPage("/sequences/welcome");
  await screen.findByRole("list", { name: "Steps" });
  expect(await screen.findByRole("button", { name: "Deactivate" })).toBeVisible();
  expect(screen.queryByRole("radio", { name: "Draft" })).not.toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Publish the draft" })).not.toBeInTheDocument();
});

test("a sequence that was never published shows its draft", async () => {
  fakeApi({
    ...WITH_ADA,
    ...MAY_ALL,
    "GET /api/v1/sequences/welcome": () =>
      json(makeSequence({ published_version: null, is_active: false })),
    [VERSIONS]: () => page([]),
    "GET /api/v1/enrollments": () => page([]),
  });
  openPage("/sequences/welcome");
  const steps = await screen.findByRole("list", { name: "Steps" });
  expect(within(steps).getByText("Hi there")).toBeVisible();
  expect(await screen.findByRole("button", { name: "Publish the draft" })).toBeEnabled();
});

test("the enrollments say where each stands, and the status filters them", async () => {
  const asked = fakeApi({
    ...WITH_ADA,
    "GET /api/v1/enrollments": (_, url) =>
      url.searchParams.get("status") === "disconnected"
        ? page([
            makeEnrollment({
              status: "disconnected",
              end_reason: "opted_out",
              ended_at: "2026-03-02T10:00:00Z",
            }),
          ])
        : page([
            makeEnrollment({
              waiting_until: "2026-03-02T08:00:00Z",
              waiting_reason: "Texts go out from 08:00.",
            }),
          ]),
  });
  const { person, address } = openPage("/sequences/welcome");
  expect(await screen.findByText("Book a call")).toBeVisible();
  expect(screen.getByText(/^until .*: Texts go out from 08:00\.$/)).toBeVisible();

  await person.selectOptions(screen.getByRole("combobox", { name: "Status" }), "Disconnected");
  expect(await screen.findByText("The customer opted out")).toBeVisible();
  expect(asked.at(-1)?.query.get("sequence")).toBe("welcome");
  expect(address()).toBe("/sequences/welcome?status=disconnected");
  expect(await accessibilityProblems()).toEqual([]);
});

test("an enrollment opens with its timeline, and can be paused", async () => {
  let status: "active" | "paused" = "active";
  fakeApi({
    ...WITH_ADA,
    ...MAY_ALL,
    "GET /api/v1/enrollments/e-1": () => json(makeEnrollment({ status })),
    "GET /api/v1/enrollments/e-1/timeline": () =>
      json({
        items: [
          {
            id: "t-1",
            at: "2026-03-01T10:00:00Z",
            kind: "enrolled",
            step_id: null,
            detail: null,
            until: null,
            message_id: null,
            work_item_id: null,
            actor: BEN,
          },
        ],
      }),
    "POST /api/v1/enrollments/e-1/pause": () => {
      status = "paused";
      return json(makeEnrollment({ status }));
    },
  });
  const { person } = openPage("/sequences/welcome");
  await person.click(await screen.findByRole("link", { name: "Ada Moreno" }));
  const drawer = await screen.findByRole("dialog", { name: "Enrollment" });
  expect(await within(drawer).findByRole("list", { name: "Timeline" })).toHaveTextContent(
    /^Enrolled.* · Ben Halloran$/,
  );
  await person.click(await within(drawer).findByRole("button", { name: "Pause" }));
  expect(await within(drawer).findByRole("button", { name: "Resume" })).toBeVisible();
});

test("the wait an enrollment stands at is skipped from its drawer", async () => {
  const step = { id: "pause", type: "wait" as const, title: "Pause" };
  const asked = fakeApi({
    ...WITH_ADA,
    ...MAY_ALL,
    "GET /api/v1/enrollments/e-1": () =>
      json(makeEnrollment(asked.some(({ what }) => what.endsWith("/skip-wait")) ? {} : { current_step: step })),
    "GET /api/v1/enrollments/e-1/timeline": () => json({ items: [] }),
    "POST /api/v1/enrollments/e-1/skip-wait": () => json(makeEnrollment()),
  });
  const { person } = openPage("/sequences/welcome?enrollment=e-1");
  const drawer = await screen.findByRole("dialog", { name: "Enrollment" });
  await person.click(await within(drawer).findByRole("button", { name: "Skip the wait" }));
  await waitFor(() =>
    expect(within(drawer).queryByRole("button", { name: "Skip the wait" })).not.toBeInTheDocument(),
  );
  expect(within(drawer).getByRole("button", { name: "Pause" })).toBeVisible();
  expect(asked.find(({ what }) => what.endsWith("/skip-wait"))?.body).toEqual({ step_id: "pause" });
});

test("a timeline is told in words", async () => {
  const entry = { step_id: null, until: null, message_id: null, work_item_id: null, actor: null };
  const told = [
    ["waited", "waited"],
    ["waited", "skipped"],
    ["branched", "else"],
    ["work_item_decided", "skipped: She called us"],
    ["ended", "opted_out"],
  ].map(([kind, detail], index) => ({ ...entry, id: `t-${index}`, at: "2026-03-01T10:00:00Z", kind, detail }));
  fakeApi({
    ...WITH_ADA,
    "GET /api/v1/enrollments/e-1": () => json(makeEnrollment()),
    "GET /api/v1/enrollments/e-1/timeline": () => json({ items: told }),
  });
  openPage("/sequences/welcome?enrollment=e-1");
  const timeline = await screen.findByRole("list", { name: "Timeline" });
  expect(within(timeline).getAllByRole("listitem").map((item) => item.textContent)).toEqual([
    expect.stringMatching(/^Waited(?!waited)/),
    expect.stringMatching(/^WaitedSkipped by hand/),
    expect.stringMatching(/^Took a branchNo/),
    expect.stringMatching(/^Work item decidedSkipped: She called us/),
    expect.stringMatching(/^EndedThe customer opted out/),
  ]);
});

const ENTRY = {
  at: "2026-03-01T10:00:00Z",
  step_id: "book",
  detail: null,
  until: null,
  message_id: null,
  work_item_id: null,
  actor: null,
};

const REASON = {
  at: "2026-03-01T10:00:00Z",
  kind: "event",
  sentence: "The text was refused: Nothing is known of the customer's first name.",
  rule: null,
  verdict: null,
  step_id: "book",
  version: null,
  actor: null,
  until: null,
  clocks: [],
  facts: {},
};

test("one asks why of a step that came to no text, by keyboard, and is back where one was", async () => {
  const asked = fakeApi({
    ...WITH_ADA,
    "GET /api/v1/enrollments/e-1": () => json(makeEnrollment()),
    "GET /api/v1/enrollments/e-1/timeline": () =>
      json({
        items: [
          { ...ENTRY, id: "t-1", kind: "enrolled", step_id: null },
          { ...ENTRY, id: "t-2", kind: "work_item_opened" },
          { ...ENTRY, id: "t-3", kind: "text_refused" },
          { ...ENTRY, id: "t-4", kind: "waited", step_id: "pause" },
        ],
      }),
    "GET /api/v1/enrollments/e-1/why": () => json({ message_id: null, items: [REASON] }),
  });
  const { person } = openPage("/sequences/welcome?enrollment=e-1");
  const why = await screen.findByRole("button", { name: /^Why\?/ });
  expect(why).toHaveAccessibleName("Why? Step book");
  why.focus();
  await person.keyboard("{Enter}");
  const reasons = await screen.findByRole("dialog", { name: "Why this text went or did not" });
  expect(await within(reasons).findByText(REASON.sentence)).toBeVisible();
  const { query } = asked.find(({ what }) => what.endsWith("/why")) ?? {};
  expect(query?.get("step_id")).toBe("book");
  expect(await accessibilityProblems()).toEqual([]);
  await person.keyboard("{Escape}");
  await waitFor(() =>
    expect(screen.queryByRole("dialog", { name: "Why this text went or did not" })).not.toBeInTheDocument(),
  );
  expect(screen.getByRole("dialog", { name: "Enrollment" })).toBeVisible();
  await waitFor(() => expect(why).toHaveFocus());
});

test("why of a step that came to a text tells the text's reasons to who may read texts", async () => {
  const asked = fakeApi({
    ...WITH_ADA,
    "GET /api/v1/session": () =>
      json(
        makeSession([
          { entity: "message", privilege: "read", level: "user" },
          { entity: "conversation", privilege: "read", level: "user" },
        ]),
      ),
    "GET /api/v1/enrollments/e-1": () => json(makeEnrollment()),
    "GET /api/v1/enrollments/e-1/timeline": () =>
      json({ items: [{ ...ENTRY, id: "t-1", kind: "text_held", message_id: "m-1" }] }),
    "GET /api/v1/messages/m-1/why": () => json({ message_id: "m-1", items: [] }),
  });
  const { person } = openPage("/sequences/welcome?enrollment=e-1");
  await person.click(await screen.findByRole("button", { name: "Why? Step book" }));
  expect(await screen.findByRole("heading", { name: "Nothing was decided yet" })).toBeVisible();
  expect(asked.some(({ what }) => what.endsWith("/enrollments/e-1/why"))).toBe(false);
});

test.each([
  ["that they are loading", never, "status", "Loading the reasons"],
  [
    "that they could not be loaded",
    () => problem(403, "missing-privilege", "You may not."),
    "alert",
    "Could not load the reasons",
  ],
] as const)("the reasons show %s", async (_what, handler, role, name) => {
  fakeApi({
    ...WITH_ADA,
    "GET /api/v1/enrollments/e-1": () => json(makeEnrollment()),
    "GET /api/v1/enrollments/e-1/timeline": () =>
      json({ items: [{ ...ENTRY, id: "t-1", kind: "text_refused" }] }),
    "GET /api/v1/enrollments/e-1/why": handler,
  });
  const { person } = openPage("/sequences/welcome?enrollment=e-1");
  await person.click(await screen.findByRole("button", { name: "Why? Step book" }));
  const reasons = await screen.findByRole("dialog", { name: "Why this text went or did not" });
  expect(await within(reasons).findByRole(role, { name })).toBeVisible();
});

test("an enrollment is disconnected only after one has confirmed it", async () => {
  const disconnect = "POST /api/v1/enrollments/e-1/disconnect";
  const asked = fakeApi({
    ...WITH_ADA,
    ...MAY_ALL,
    "GET /api/v1/enrollments/e-1": () => json(makeEnrollment()),
    "GET /api/v1/enrollments/e-1/timeline": () => json({ items: [] }),
    [disconnect]: () => problem(409, "enrollment-ended", "It has already ended."),
  });
  const { person } = openPage("/sequences/welcome?enrollment=e-1");
  await person.click(await screen.findByRole("button", { name: "Disconnect…" }));
  expect(screen.getByText(/Take Ada Moreno out of Welcome a new lead\?/)).toBeVisible();
  expect(asked.some(({ what }) => what === disconnect)).toBe(false);
  await person.click(screen.getByRole("button", { name: "Disconnect" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("It has already ended.");
});

test("records are enrolled, and those refused are named with the reason", async () => {
  const asked = fakeApi({
    ...WITH_ADA,
    ...MAY_ALL,
    "GET /api/v1/enrollments": () => page([]),
    "GET /api/v1/records": () =>
      page([
        makeRecord(),
        makeRecord(LUIS),
        makeRecord({ id: "r-3", first_name: "Tom", is_opted_out: true }),
        makeRecord({ id: "r-4", first_name: "Oona", may_append_to: false }),
      ]),
    "POST /api/v1/enrollments": () =>
      json(
        {
          enrolled: [makeEnrollment()],
          refused: [{ record_id: "r-luis", reason: "It already runs this sequence." }],
        },
        201,
      ),
  });
  const { person } = openPage("/sequences/welcome");
  await person.click(await screen.findByRole("button", { name: "Enroll the first records" }));
  await person.click(await screen.findByRole("checkbox", { name: /Ada Moreno/ }));
  await person.click(screen.getByRole("checkbox", { name: /Luis Ferreira/ }));
  expect(screen.getByRole("checkbox", { name: /Tom Moreno/ })).toBeDisabled();
  const colleagues = screen.getByRole("checkbox", { name: /Oona Moreno/ });
  expect(colleagues).toBeDisabled();
  expect(colleagues).toHaveAccessibleDescription("Maya Okafor has to do that");
  await person.click(screen.getByRole("button", { name: "Enroll 2 records" }));

  expect(await screen.findByText("1 record is enrolled.")).toBeVisible();
  expect(screen.getByText("Luis Ferreira: It already runs this sequence.")).toBeVisible();
  expect(asked.find(({ what }) => what === "POST /api/v1/enrollments")?.body).toEqual({
    sequence: WELCOME.key,
    record_ids: ["r-ada", "r-luis"],
  });
});

test("who may not change a sequence is not offered to", async () => {
  fakeApi(WITH_ADA);
  openPage("/sequences/welcome");
  await screen.findByRole("link", { name: "Ada Moreno" });
  expect(screen.queryByRole("button", { name: /Publish|Deactivate|Enroll/ })).not.toBeInTheDocument();
});
