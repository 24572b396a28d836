/** The four states of every view of data: loading, error, empty, data. */
import { Alert, Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { needsSignIn, sentenceOf } from "@/api/client";
import classes from "./view.module.css";

interface ViewProps<T> {
  /** What is being looked at, as it continues "Could not load …". */
  what: string;
  query: Pick<UseQueryResult<T>, "data" | "error" | "isFetching" | "refetch">;
  /** The shape of what comes. */
  loading: ReactNode;
  empty?: ReactNode;
  children: (data: T) => ReactNode;
}

/** Shows the state the query is in. Data once loaded stays, with a note above it when it could not be freshened. */
export function View<T>({ what, query, loading, empty, children }: ViewProps<T>): ReactNode {
  const { data, error, isFetching, refetch } = query;
  // a session that has ended is not this view's failure: the sign-in page is on its way
  const failure = error && !needsSignIn(error) && (
    <Failure what={what} error={error} isRetrying={isFetching} retry={() => void refetch()} />
  );
  if (data === undefined) {
    return (
      failure || (
        <div role="status" aria-label={`Loading ${what}`}>
          {loading}
        </div>
      )
    );
  }
  const isEmpty = empty !== undefined && Array.isArray(data) && data.length === 0;
  return (
    <>
      {failure}
      {isEmpty ? empty : children(data)}
    </>
  );
}

function Failure(props: {
  what: string;
  error: unknown;
  isRetrying: boolean;
  retry: () => void;
}): ReactNode {
  return (
    <Alert color="red" role="alert" m="sm" title={`Could not load ${props.what}`}>
      <Text size="sm" mb="xs">
        {sentenceOf(props.error)}
      </Text>
      <Button size="xs" variant="default" onClick={props.retry} loading={props.isRetrying}>
        Try again
      </Button>
    </Alert>
  );
}

/** Why there is nothing here, and what to do next. */
export function Empty({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  return (
    <Stack className={classes.empty} align="center" justify="center" gap="xs">
      <Title order={2} size="h5">
        {title}
      </Title>
      <Text component="div" size="sm" c="dimmed" maw={420}>
        {children}
      </Text>
    </Stack>
  );
}

/** Grey rows in the shape of a list. */
export function SkeletonRows({ rows = 6, height = 44 }: { rows?: number; height?: number }): ReactNode {
  return (
    <Stack gap="xs" p="sm">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={height} />
      ))}
    </Stack>
  );
}

/** The button under a list of which there is more. */
export function MoreButton(props: {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  children: ReactNode;
}): ReactNode {
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = props.query;
  if (!hasNextPage) return null;
  return (
    <Group justify="center" p="xs">
      <Button
        size="xs"
        variant="default"
        loading={isFetchingNextPage}
        onClick={() => void fetchNextPage()}
      >
        {props.children}
      </Button>
    </Group>
  );
}

/** What went wrong with something the person did; read aloud when it appears. */
export function ProblemNote({ error, title }: { error: unknown; title: string }): ReactNode {
  if (!error || needsSignIn(error)) return null;
  return (
    <Alert color="red" role="alert" title={title} p="xs">
      {sentenceOf(error)}
    </Alert>
  );
}
