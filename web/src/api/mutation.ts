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

/**
 * TanStack's hook, whose `mutate` does nothing while an earlier call of it is on its way: `isPending` is what the last
 * render knew, and a double click comes before the next one. Nor does it do again what was just done, as the second
 * click may also come after a fast answer, on a dialog that is about to go.
 */
export function useMutation<TData = unknown, TError = DefaultError, TVariables = void, TContext = unknown>(
  options: UseMutationOptions<TData, TError, TVariables, TContext>,
): UseMutationResult<TData, TError, TVariables, TContext> {
  const isRunning = useRef(false);
  const done = useRef({ what: "", at: -Infinity });
  const mutation = useParallelMutation<TData, TError, TVariables, TContext>({
    ...options,
    // told of by every call, also after a reset of the hook
    onSettled: async (...outcome) => {
      try {
        await options.onSettled?.(...outcome);
      } finally {
        isRunning.current = false;
        const [, error, variables] = outcome;
        // what was refused may be tried again at once
        if (error === null) done.current = { what: hashKey([variables]), at: performance.now() };
      }
    },
  });
  const call = mutation.mutate;
  const mutate = useCallback<typeof call>(
    (...args) => {
      const { what, at } = done.current;
      const isDone = performance.now() - at < DOUBLE_CLICK_MS && what === hashKey([args[0]]);
      if (isRunning.current || isDone) return;
      isRunning.current = true;
      call(...args);
    },
    [call],
  );
  return { ...mutation, mutate };
}
