/** How answers are kept and asked for again, and what happens when the session has ended. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiProblem, needsSignIn } from "@/api/client";

/** `onSignedOut` is called with what the API says when it asks the person to sign in again. */
export function createQueryClient(onSignedOut: (error: unknown) => void): QueryClient {
  const onError = (error: unknown) => {
    if (needsSignIn(error)) onSignedOut(error);
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => failures < 2 && isPassing(error),
      },
    },
  });
}

/** Whether asking again may help: no answer, or one that says the server is in trouble. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status >= 500);
}
