/** How the page changes something: once, however often it is told to. */
import {
  hashKey,
  useMutation as useParallelMutation,
  type DefaultError,
  type UseMutationOptions,
  type UseMutationResult,
} from "@tanstack/react-query";
import { useCallback, useRef } from "react";

/** For what a page does several times at once, such as handing in files: every call is a request. */
export { useParallelMutation };

/** Within this time the second click of a double click comes, as systems have it by default. */
const DOUBLE_CLICK_MS = 500;

/** How many changes the page has asked for: what was taken back meanwhile may be done again at once. */
let calls = 0;

/**
 * TanStack's hook, whose `mutate` does nothing while an earlier call of it is on its way: `isPending` is what the last
 * render knew, and a double click comes before the next one. Nor does it do again what was just done, as the second
 * click may also come after a fast answer, on a dialog that is about to go.
 */
export function useMutation<TData = unknown, TError = DefaultError, TVariables = void, TContext = unknown>(
  options: UseMutationOptions<TData, TError, TVariables, TContext>,
): UseMutationResult<TData, TError, TVariables, TContext> {
  // the number of the call that is on its way; 0 while none is
  const running = useRef(0);
  const done = useRef({ what: "", call: 0, at: 0 });
  const mutation = useParallelMutation<TData, TError, TVariables, TContext>({
    ...options,
    // told of by every call, also after a reset of the hook
    onSettled: async (...outcome) => {
      try {
        await options.onSettled?.(...outcome);
      } finally {
        const [, error, variables] = outcome;
        // what was refused may be tried again at once
        if (error === null) {
          done.current = { what: hashKey([variables]), call: running.current, at: performance.now() };
        }
        running.current = 0;
      }
    },
  });
  const call = mutation.mutate;
  const mutate = useCallback<typeof call>(
    (...args) => {
      if (running.current > 0) return;
      const { what, call: last, at } = done.current;
      const isRecent = last === calls && performance.now() - at < DOUBLE_CLICK_MS;
      if (isRecent && what === hashKey([args[0]])) return;
      calls += 1;
      running.current = calls;
      call(...args);
    },
    [call],
  );
  return { ...mutation, mutate };
}
