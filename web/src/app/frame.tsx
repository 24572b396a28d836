/** What is around every page: where one can go, whether it is live, and who is signed in. */
import { ActionIcon, Menu, Text, Tooltip, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useSignOut } from "@/features/session/api/sign-out";
import { Icon, type IconName } from "@/shared/icons";
import { userName } from "@/shared/names";
import { useSession } from "@/shared/session";
import { useLive, type LiveState } from "./live";
import classes from "./frame.module.css";

const PLACES: { to: "/work" | "/conversations" | "/sequences" | "/records"; label: string; icon: IconName }[] = [
  { to: "/work", label: "Work", icon: "work" },
  { to: "/conversations", label: "Conversations", icon: "text" },
  { to: "/sequences", label: "Sequences", icon: "sequence" },
  { to: "/records", label: "Records", icon: "records" },
];

export function Frame(): ReactNode {
  const live = useLive();
  return (
    <div className={classes.frame}>
      <a href="#page" className={classes.skip}>
        Skip to the page
      </a>
      <header className={classes.header}>
        <Link to="/work" className={classes.brand}>
          <img src="/favicon.svg" alt="" width={22} height={22} />
          <span>Touchline</span>
        </Link>
        <nav className={classes.nav} aria-label="Main">
          {PLACES.map(({ to, label, icon }) => (
            <Link key={to} to={to} className={classes.place}>
              <Icon name={icon} size={18} />
              {label}
            </Link>
          ))}
        </nav>
        <div className={classes.side}>
          <LiveMark state={live} />
          <SchemeButton />
          <UserMenu />
        </div>
      </header>
      <main id="page" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
      <section id="dialogs" />
    </div>
  );
}

const LIVE: Record<LiveState, { label: string; title: string }> = {
  connecting: { label: "Connecting", title: "Connecting to live updates" },
  live: { label: "Live", title: "Changes appear by themselves" },
  reconnecting: { label: "Reconnecting", title: "Live updates are interrupted; trying again" },
};

function LiveMark({ state }: { state: LiveState }): ReactNode {
  return (
    <Tooltip label={LIVE[state].title}>
      <span className={classes.live} data-state={state} role="status">
        <span className={classes.dot} />
        <span className={classes.liveLabel}>{LIVE[state].label}</span>
      </span>
    </Tooltip>
  );
}

function SchemeButton(): ReactNode {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const other = scheme === "light" ? "dark" : "light";
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={`Use ${other} colours`}
      title={`Use ${other} colours`}
      onClick={() => setColorScheme(other)}
    >
      <Icon name={other === "dark" ? "moon" : "sun"} size={18} />
    </ActionIcon>
  );
}

function UserMenu(): ReactNode {
  const { user, organisation } = useSession();
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
            {ROLES[user.role]} at {organisation.name}
          </Text>
        </Menu.Label>
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

const ROLES = {
  administrator: "Administrator",
  sales_manager: "Sales manager",
  sequence_manager: "Sequence manager",
  salesperson: "Salesperson",
};
