import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { useMutation } from "./mutation";

afterEach(() => {
  vi.restoreAllMocks();
});

/** A form's change, which asks with `ask`; what it was asked for is in `asked`. */
function open(ask: () => Promise<string> = () => Promise.resolve("done")) {
  const client = new QueryClient();
  const asked: string[] = [];
  const { result } = renderHook(
    () =>
      useMutation({
        mutationFn: (what: string) => {
          asked.push(what);
          return ask();
        },
      }),
    {
      wrapper: ({ children }: { children: ReactNode }) => (
        <QueryClientProvider client={client}>{children}</QueryClientProvider>
      ),
    },
  );
  return { asked, change: () => result.current };
}

test("what is asked twice before the page was drawn anew is asked once", async () => {
  const { asked, change } = open();
  const { mutate } = change();
  mutate("Ada");
  mutate("Ada");
  mutate("Ben");
  await waitFor(() => expect(change().isSuccess).toBe(true));
  expect(asked).toEqual(["Ada"]);
});

test("the second click of a double click does not do again what has just been done, and later it may", async () => {
  const clock = vi.spyOn(performance, "now").mockReturnValue(1000);
  const { asked, change } = open();
  change().mutate("Ada");
  await waitFor(() => expect(change().isSuccess).toBe(true));
  change().mutate("Ada");
  clock.mockReturnValue(1499);
  change().mutate("Ada");
  expect(asked).toEqual(["Ada"]);
  clock.mockReturnValue(1500);
  change().mutate("Ada");
  await waitFor(() => expect(asked).toEqual(["Ada", "Ada"]));
});

test("another thing may be asked at once, and so may what was refused", async () => {
  const { asked, change } = open(() => Promise.reject(new Error("Not now.")));
  change().mutate("Ada");
  await waitFor(() => expect(change().isError).toBe(true));
  change().mutate("Ada");
  await waitFor(() => expect(asked).toEqual(["Ada", "Ada"]));
  await waitFor(() => expect(change().isError).toBe(true));
  change().mutate("Ben");
  await waitFor(() => expect(asked).toEqual(["Ada", "Ada", "Ben"]));
});

test("a change that was forgotten while it was on its way is over when its answer is there", async () => {
  const answers: ((words: string) => void)[] = [];
  const { asked, change } = open(() => new Promise((resolve) => answers.push(resolve)));
  change().mutate("Ada");
  await waitFor(() => expect(asked).toEqual(["Ada"]));
  change().reset();
  change().mutate("Ben");
  expect(asked).toEqual(["Ada"]);
  answers[0]?.("done");
  await waitFor(() => {
    change().mutate("Ben");
    expect(asked).toEqual(["Ada", "Ben"]);
  });
});
