/** Who is signed in, and what concerns them alone. */
import { Menu, Text, UnstyledButton } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useSignOut } from "@/features/session/api/sign-out";
import { userName } from "@/shared/names";
import { useLevel, useMay, useSession } from "@/shared/session";
import { useShortcutSwitch } from "@/shared/shortcuts";
import classes from "./frame.module.css";

interface UserMenuProps {
  onPassword: () => void;
  onShortcuts: () => void;
}

export function UserMenu({ onPassword, onShortcuts }: UserMenuProps): ReactNode {
  const { user, organisation } = useSession();
  const [hasShortcuts, setHasShortcuts] = useShortcutSwitch();
  const maySeeConsent = useMay("consent", "read");
  const mayChangeUsers = useMay("user", "write");
  const maySeeEmbedKeys = useMay("embed_key", "read");
  const mayChangeSettings = useMay("organisation", "write");
  const mayChangeNumbers = useMay("phone_number", "write");
  const mayErase = useLevel("consent", "delete") === "organisation";
  const signOut = useSignOut();
  const navigate = useNavigate();
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <UnstyledButton className={classes.user} aria-label={`Signed in as ${userName(user)}`}>
          <span
            className={classes.initials}
            data-initials={user.first_name.charAt(0) + user.last_name.charAt(0)}
          />
          <span className={classes.userName}>{userName(user)}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)">
            {userName(user)}
          </Text>
          <Text size="xs">{user.email}</Text>
          <Text size="xs">
            {[...user.roles.map((role) => role.name), organisation.name].join(", ")}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item renderRoot={(props) => <Link to="/settings/work" {...props} />}>
          Order and leave
        </Menu.Item>
        <Menu.Item onClick={onPassword}>Change password</Menu.Item>
        {maySeeConsent && (
          <Menu.Item renderRoot={(props) => <Link to="/consent" {...props} />}>Consent</Menu.Item>
        )}
        {mayChangeUsers && (
          <Menu.Item renderRoot={(props) => <Link to="/settings/people" {...props} />}>People</Menu.Item>
        )}
        {maySeeEmbedKeys && (
          <Menu.Item renderRoot={(props) => <Link to="/settings/embed" {...props} />}>
            Embedding
          </Menu.Item>
        )}
        {mayChangeNumbers && (
          <Menu.Item renderRoot={(props) => <Link to="/settings/numbers" {...props} />}>
            Phone numbers
          </Menu.Item>
        )}
        {mayChangeSettings && (
          <Menu.Item renderRoot={(props) => <Link to="/settings/organisation" {...props} />}>
            Organisation
          </Menu.Item>
        )}
        {mayChangeSettings && (
          <Menu.Item renderRoot={(props) => <Link to="/settings/retention" {...props} />}>
            How long data are kept
          </Menu.Item>
        )}
        {mayErase && (
          <Menu.Item renderRoot={(props) => <Link to="/settings/personal-data" {...props} />}>
            Personal data
          </Menu.Item>
        )}
        <Menu.CheckboxItem checked={hasShortcuts} onChange={setHasShortcuts}>
          Single-key shortcuts
        </Menu.CheckboxItem>
        {hasShortcuts && <Menu.Item onClick={onShortcuts}>Show the shortcuts</Menu.Item>}
        <Menu.Divider />
        <Menu.Item
          closeMenuOnClick={false}
          disabled={signOut.isPending}
          onClick={() =>
            signOut.mutate(undefined, { onSuccess: () => void navigate({ to: "/sign-in" }) })
          }
        >
          {signOut.error ? "Could not sign out: try again" : "Sign out"}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
