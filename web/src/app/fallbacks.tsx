/** What stands where a page should be while it is loading, failed, or is not there. */
import { Alert, Anchor, Button, Center, Loader, Stack, Text, Title } from "@mantine/core";
import { Link, useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { sentenceOf } from "@/api/client";
import { usePageTitle } from "@/shared/page-title";

export function PagePending(): ReactNode {
  return (
    <Center h="100%" mih={200} role="status" aria-label="Loading the page">
      <Loader />
    </Center>
  );
}

export function PageFailure({ error, reset }: ErrorComponentProps): ReactNode {
  const router = useRouter();
  return (
    <Center h="100%" mih={200} p="md">
      <Alert color="red" role="alert" title="This page could not be opened" maw={460}>
        <Text size="sm" mb="sm">
          {sentenceOf(error)}
        </Text>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            reset();
            void router.invalidate();
          }}
        >
          Try again
        </Button>
      </Alert>
    </Center>
  );
}

export function NotFound(): ReactNode {
  usePageTitle("Nothing here");
  return (
    <Center component="main" mih="100dvh" p="md" bg="var(--canvas)">
      <Stack align="center" gap="xs">
        <Title order={1} size="h4" ta="center">
          There is nothing at this address
        </Title>
        <Anchor size="sm" renderRoot={(props) => <Link to="/work" {...props} />}>
          Go to your work list
        </Anchor>
      </Stack>
    </Center>
  );
}
