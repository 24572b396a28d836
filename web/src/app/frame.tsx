/** What is around every page: where one can go, whether it is live, and who is signed in. */
import { ActionIcon, Tooltip, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet, useRouter } from "@tanstack/react-router";
import { useEffect, useRef, type ReactNode } from "react";
import { PasswordDialog } from "@/features/session/password-dialog";
import { takeLostFocus } from "@/shared/focus";
import { Icon } from "@/shared/icons";
import { useShortcuts } from "@/shared/shortcuts";
import { useLive, type LiveState } from "./live";
import { Places } from "./places";
import { ShortcutDialog } from "./shortcut-dialog";
import { UserMenu } from "./user-menu";
import classes from "./frame.module.css";

export function Frame(): ReactNode {
  const router = useRouter();
  const main = useRef<HTMLElement>(null);
  const live = useLive();
  const [showsShortcuts, shortcuts] = useDisclosure();
  const [changesPassword, password] = useDisclosure();
  useShortcuts([{ key: "?", label: "Show this list", run: shortcuts.open }]);
  // what led to another page, such as the button of a dialog, is gone with the former one
  useEffect(
    () =>
      router.subscribe("onRendered", ({ fromLocation, pathChanged }) => {
        if (fromLocation !== undefined && pathChanged) takeLostFocus(main.current);
      }),
    [router],
  );
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
        <Places />
        <div className={classes.side}>
          <LiveMark state={live} />
          <SchemeButton />
          <UserMenu onPassword={password.open} onShortcuts={shortcuts.open} />
        </div>
      </header>
      <main id="page" ref={main} className={classes.main} tabIndex={-1}>
        <Outlet />
        <ShortcutDialog isOpen={showsShortcuts} onClose={shortcuts.close} />
        <PasswordDialog isOpen={changesPassword} onClose={password.close} />
        <section id="dialogs" />
      </main>
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
