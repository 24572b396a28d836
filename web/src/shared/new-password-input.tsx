/** A password that somebody chooses, for themselves or for another. */
import { PasswordInput } from "@mantine/core";
import type { ReactNode } from "react";

/** Characters that the API asks of a password. */
export const SHORTEST_PASSWORD = 8;

interface NewPasswordInputProps {
  label: string;
  /** What else there is to say of it. */
  note: string;
  value: string;
  onChange: (password: string) => void;
}

export function NewPasswordInput({ label, note, value, onChange }: NewPasswordInputProps): ReactNode {
  return (
    <PasswordInput
      label={label}
      description={`At least ${SHORTEST_PASSWORD} characters; a sentence is best. ${note}`}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ "aria-label": "Show or hide the password" }}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
