/** The sign-in page. */
import { Center } from "@mantine/core";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { SignInForm } from "@/features/session/sign-in-form";
import { usePageTitle } from "@/shared/page-title";

const route = getRouteApi("/sign-in");

export function SignInPage(): ReactNode {
  const { next, expired } = route.useSearch();
  const router = useRouter();
  usePageTitle("Sign in");
  return (
    <Center component="main" mih="100dvh" p="md" bg="var(--canvas)">
      <SignInForm
        isExpired={expired === "1"}
        onSignedIn={() => router.history.push(next ?? "/work")}
      />
    </Center>
  );
}
