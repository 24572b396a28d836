/** Signing in with an e-mail address and a password. */
import { Alert, Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { ProblemNote } from "@/shared/view";
import { useSignIn } from "./api/sign-in";

interface SignInFormProps {
  /** Whether the person was signed in a moment ago and their time ran out. */
  isExpired: boolean;
  onSignedIn: () => void;
}

export function SignInForm({ isExpired, onSignedIn }: SignInFormProps): ReactNode {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useSignIn();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ email: email.trim(), password }, { onSuccess: onSignedIn });
  };

  return (
    <Paper component="form" onSubmit={submit} withBorder p="xl" w="100%" maw={380} aria-labelledby="sign-in">
      <Stack>
        <div>
          <img src="/favicon.svg" alt="" width={36} height={36} />
          <Title order={1} size="h3" id="sign-in">
            Sign in to Touchline
          </Title>
          <Text size="sm" c="dimmed">
            Sales sequences by text message.
          </Text>
        </div>
        {isExpired && !signIn.error && (
          <Alert color="amber" p="xs">
            Your session has ended. Sign in to go on where you were; what you typed is kept.
          </Alert>
        )}
        <ProblemNote error={signIn.error} title="Could not sign in" />
        <TextInput
          label="E-mail address"
          type="email"
          name="email"
          autoComplete="username"
          required
          withAsterisk={false}
          data-autofocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={signIn.isPending} fullWidth>
          Sign in
        </Button>
      </Stack>
    </Paper>
  );
}
