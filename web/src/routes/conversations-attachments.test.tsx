import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { fakeApi, json, messagePage, page, problem } from "@/test/fake-api";
import { makeConversation, makeMessage } from "@/test/makers";
import { accessibilityProblems, openPage } from "@/test/open-page";

const SEND = "POST /api/v1/conversations/c-1/messages";
const UPLOAD = "POST /api/v1/media";
const PREVIEW = "POST /api/v1/conversations/c-1/preview";
const CANCEL = "POST /api/v1/messages/m-1/cancel";

const MEDIUM = { sha256: "5f1e", content_type: "image/png", size: 48_200 };

function conversationOf(...newestFirst: ReturnType<typeof makeMessage>[]) {
  return {
    "GET /api/v1/conversations": () => page([makeConversation()]),
    "GET /api/v1/conversations/c-1": () => json(makeConversation()),
    "GET /api/v1/conversations/c-1/messages": () => messagePage(newestFirst),
    [UPLOAD]: () => json(MEDIUM, 201),
    [SEND]: () => json(makeMessage(), 201),
  };
}

const composer = () => screen.findByRole("textbox", { name: "Write a text" });
const picture = (name = "blue.png") => new File(["picture"], name, { type: "image/png" });
const attached = () => screen.findByRole("list", { name: "Goes with the text" });

test("a picture is sent with a text, and alone", async () => {
  const asked = fakeApi(conversationOf());
  const { person } = openPage("/conversations/c-1");
  await person.upload(await screen.findByLabelText("Pictures and files"), picture());
  expect(await attached()).toHaveTextContent("blue.png49 KB");
  expect(await accessibilityProblems()).toEqual([]);
  const upload = asked.find(({ what }) => what === UPLOAD);
  expect(upload?.body).toBe("picture");
  expect(upload?.request.headers.get("content-type")).toBe("application/octet-stream");

  await person.type(await composer(), "This one");
  await person.click(screen.getByRole("button", { name: "Send" }));
  await waitFor(async () => expect(await composer()).toHaveValue(""));
  expect(screen.queryByRole("list", { name: "Goes with the text" })).not.toBeInTheDocument();

  await person.upload(screen.getByLabelText("Pictures and files"), picture());
  await attached();
  await person.click(screen.getByRole("button", { name: "Send" }));
  await waitFor(() => {
    const sent = asked.filter(({ what }) => what === SEND).map(({ body }) => body);
    expect(sent).toEqual([
      { text: "This one", may_wait: false, media: ["5f1e"] },
      { text: "", may_wait: false, media: ["5f1e"] },
    ]);
  });
});

test("a picture is dropped or pasted, and taken away again", async () => {
  fakeApi(conversationOf());
  const { person } = openPage("/conversations/c-1");
  const field = await composer();
  fireEvent.dragOver(field, { dataTransfer: { types: ["Files"], files: [] } });
  expect(screen.getByText(/Let go to attach. Up to 10 pictures/)).toBeVisible();
  fireEvent.drop(field, { dataTransfer: { types: ["Files"], files: [picture()] } });
  expect(screen.queryByText(/Let go to attach/)).not.toBeInTheDocument();
  await attached();
  await person.click(screen.getByRole("button", { name: "Remove blue.png" }));
  expect(screen.queryByText("blue.png")).not.toBeInTheDocument();
  expect(field).toHaveFocus();

  fireEvent.paste(field, { clipboardData: { types: ["Files"], files: [picture("pasted.png")] } });
  expect(await attached()).toHaveTextContent("pasted.png");
});

test("words that come with a picture of them are pasted as words", async () => {
  const asked = fakeApi(conversationOf());
  openPage("/conversations/c-1");
  const clipboardData = { types: ["text/plain", "Files"], files: [picture()] };
  fireEvent.paste(await composer(), { clipboardData });
  expect(asked.filter(({ what }) => what === UPLOAD)).toEqual([]);
});

test("what cannot go with a text is said before it is sent", async () => {
  const handlers = {
    ...conversationOf(),
    [UPLOAD]: () => problem(415, "unknown-medium", "This is nothing that can go with a text."),
  };
  const asked = fakeApi(handlers);
  const { person } = openPage("/conversations/c-1");
  const input = await screen.findByLabelText("Pictures and files");
  const large = picture("large.png");
  Object.defineProperty(large, "size", { value: 5_000_001 });
  await person.upload(input, [large, picture("odd.png")]);
  expect(await screen.findByText(/^large.png was not attached. It has 5.0 MB. Up to 10/)).toBeVisible();
  expect(
    await screen.findByText("odd.png was not attached. This is nothing that can go with a text."),
  ).toBeVisible();
  expect(asked.filter(({ what }) => what === UPLOAD)).toHaveLength(1);
  expect(screen.getByRole("button", { name: "Send" })).toBeDisabled();

  let serial = 0;
  handlers[UPLOAD] = () => json({ ...MEDIUM, sha256: `${(serial += 1)}` }, 201);
  await person.upload(input, Array.from({ length: 11 }, (_, index) => picture(`${index}.png`)));
  expect(await screen.findByText(/^These are 11 with .* Remove some.$/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Send" })).toBeDisabled();
  await person.click(screen.getByRole("button", { name: "Remove 10.png" }));
  expect(screen.getByRole("button", { name: "Send" })).toBeEnabled();
});

test("which numbers can send no pictures is said, and why none does", async () => {
  const sender = { is_own: true, is_up: true, is_default_here: false };
  fakeApi({
    ...conversationOf(),
    "GET /api/v1/conversations/c-1/senders": () =>
      json([
        { ...sender, id: "n-1", e164: "+12025550143", can_mms: false },
        { ...sender, id: "n-2", e164: "+12025550144", can_mms: true },
      ]),
    [PREVIEW]: () =>
      json({
        text: "",
        problems: ["This number cannot send pictures: choose another one."],
        segments: { encoding: "GSM-7", units: 0, segments: 0, forced_by: null, forced_at: null },
        outlook: { may: "never", why: null, next_allowed: null, next_allowed_local: null, zones: [] },
      }),
  });
  const { person } = openPage("/conversations/c-1");
  const choice = await screen.findByRole("combobox", { name: "Send from" });
  expect(choice).toHaveValue("+1\u00A0202\u00A0555\u00A00143");
  await person.upload(screen.getByLabelText("Pictures and files"), picture());
  await attached();
  expect(choice).toHaveValue("+1\u00A0202\u00A0555\u00A00144");
  await person.click(choice);
  const unable = await screen.findByRole("option", { name: /0143 \(no pictures\)/ });
  expect(unable).toHaveAttribute("data-combobox-disabled", "true");
  expect(await screen.findByText(/This number cannot send pictures/)).toBeVisible();
});

test("what was attached stays with the words when one goes elsewhere", async () => {
  fakeApi(conversationOf());
  const { person } = openPage("/conversations/c-1");
  await person.upload(await screen.findByLabelText("Pictures and files"), picture());
  await attached();
  await person.click(screen.getByRole("link", { name: "All conversations" }));
  await screen.findByText("No conversation chosen");
  await person.click(screen.getByRole("link", { name: /Ada Moreno/ }));
  expect(await attached()).toHaveTextContent("blue.png");
});

test("a text that waits is taken back, changed, and scheduled anew from when it was to leave", async () => {
  const medium = { status: "stored" as const, url: "/x", reason: null, ...MEDIUM };
  const held = makeMessage({
    status: "held",
    held_for: "schedule",
    held_until: "2030-01-02T14:00:00Z",
    body: "Thursday suits me",
    media: [medium],
  });
  const handlers = { ...conversationOf(held), [CANCEL]: () => json(held) };
  const asked = fakeApi(handlers);
  const { person } = openPage("/conversations/c-1");
  const change = await screen.findByRole("button", { name: "Take back and change" });
  await person.type(await composer(), "Something else");
  await person.click(change);
  expect(await screen.findByRole("alert")).toHaveTextContent("You have begun another text");
  expect(asked.filter(({ what }) => what === CANCEL)).toHaveLength(0);

  await person.clear(await composer());
  Object.assign(handlers, {
    [CANCEL]: () => {
      const cancelled = makeMessage({ status: "refused", error: "Cancelled by Maya Okafor." });
      Object.assign(handlers, conversationOf(cancelled));
      return json(cancelled);
    },
  });
  await person.click(change);
  await waitFor(async () => expect(await composer()).toHaveValue("Thursday suits me"));
  expect(await composer()).toHaveFocus();
  expect(await screen.findByText("Cancelled by Maya Okafor.")).toBeVisible();
  expect(await attached()).toHaveTextContent("Picture (image/png, 49 KB)");

  await person.click(screen.getByRole("button", { name: "Schedule…" }));
  const dialog = await screen.findByRole("dialog", { name: "Schedule this text" });
  expect(within(dialog).getByLabelText(/^When it leaves/)).toHaveValue("2030-01-02T09:00");
  await person.click(within(dialog).getByRole("button", { name: "Schedule" }));
  await waitFor(async () => expect(await composer()).toHaveValue(""));
  expect(asked.find(({ what }) => what === SEND)?.body).toEqual({
    text: "Thursday suits me",
    may_wait: false,
    media: ["5f1e"],
    send_at_local: "2030-01-02T09:00",
    seen_message_id: "m-1",
  });
});

test("a text that has left meanwhile is not taken back", async () => {
  fakeApi({
    ...conversationOf(makeMessage({ status: "held" })),
    [CANCEL]: () => problem(409, "already-left", "It has left already."),
  });
  const { person } = openPage("/conversations/c-1");
  await person.click(await screen.findByRole("button", { name: "Take back and change" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("It has left already.");
  expect(await composer()).toHaveValue("");
});
