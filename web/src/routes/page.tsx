/** The room of a page that is read from top to bottom. */
import { Box, Group, Paper, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { usePageTitle } from "@/shared/page-title";
import classes from "./page.module.css";

interface PageProps {
  title: ReactNode;
  /** What the browser calls the page, where more than words is its title. */
  name?: string;
  /** What stands before the title, such as the way back. */
  above?: ReactNode;
  actions?: ReactNode;
  /** Set where nothing in the page takes the focus: the page itself takes it, so that the keys scroll it. */
  readingLabel?: string | undefined;
  children: ReactNode;
}

export function Page({ title, name, above, actions, readingLabel, children }: PageProps): ReactNode {
  usePageTitle(name ?? (typeof title === "string" ? title : undefined));
  const reading = readingLabel !== undefined && { role: "group", tabIndex: 0, "aria-label": readingLabel };
  return (
    <Box className={classes.page} {...reading}>
      {above}
      <Group justify="space-between" mb="md" gap="sm">
        <Title order={1} size="h3" className={classes.title}>
          {title}
        </Title>
        {actions}
      </Group>
      {children}
    </Box>
  );
}

/** A part of a page on its own ground. */
export function Panel(props: { title?: ReactNode; actions?: ReactNode; children: ReactNode }): ReactNode {
  return (
    <Paper withBorder className={classes.panel}>
      {(props.title || props.actions) && (
        <Group justify="space-between" p="sm" gap="sm">
          {props.title && (
            <Title order={2} size="h5">
              {props.title}
            </Title>
          )}
          {props.actions}
        </Group>
      )}
      {props.children}
    </Paper>
  );
}
