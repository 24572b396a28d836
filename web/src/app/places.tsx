/** Where one can go, with how much waits there. */
import { VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, type LinkProps } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { unreadQuery } from "@/features/conversations/api/count-unread";
import { workItemCountsQuery } from "@/features/work-items/api/list-work-items";
import { useChangeBy } from "@/features/work-items/use-change-by";
import { Icon, type IconName } from "@/shared/icons";
import { useMay } from "@/shared/session";
import classes from "./frame.module.css";

interface Waiting {
  work: number;
  unread: number;
}

interface Place {
  to: LinkProps["to"];
  label: string;
  icon: IconName;
  waiting?: { of: keyof Waiting; words: string };
}

const PLACES: Place[] = [
  { to: "/work", label: "Work", icon: "work", waiting: { of: "work", words: "to do" } },
  {
    to: "/conversations",
    label: "Conversations",
    icon: "text",
    waiting: { of: "unread", words: "unread" },
  },
  { to: "/search", label: "Search", icon: "search" },
  { to: "/records", label: "Records", icon: "records" },
  { to: "/sequences", label: "Sequences", icon: "sequence" },
  { to: "/templates", label: "Templates", icon: "template" },
];

export function Places(): ReactNode {
  const counts = useQuery({
    ...workItemCountsQuery({ assignee: "me" }),
    enabled: useMay("work_item", "read"),
  }).data;
  const unread = useQuery({ ...unreadQuery, enabled: useMay("conversation", "read") }).data;
  useChangeBy(counts?.next_change_at ?? null);
  const waiting = { work: counts?.open, unread };
  return (
    <nav className={classes.nav} aria-label="Main">
      {PLACES.map(({ to, label, icon, waiting: what }) => (
        <Link key={to} to={to} className={classes.place}>
          <Icon name={icon} size={18} />
          {label}{" "}
          {what && <Count count={waiting[what.of] ?? 0} words={what.words} />}
        </Link>
      ))}
      <News work={waiting.work} unread={waiting.unread} />
    </nav>
  );
}

function Count({ count, words }: { count: number; words: string }): ReactNode {
  if (count === 0) return null;
  return (
    <span className={classes.count}>
      {atMost99(count)} <VisuallyHidden>{words}</VisuallyHidden>
    </span>
  );
}

/** Says that more waits than before, once the first counts are there; nothing when one works it off. */
function News(now: { [name in keyof Waiting]: number | undefined }): ReactNode {
  const [former, setFormer] = useState(now);
  const [news, setNews] = useState("");
  if (now.work !== former.work || now.unread !== former.unread) {
    setFormer(now);
    setNews(
      [
        isMore(now.unread, former.unread) && `${atMost99(now.unread)} conversations unread`,
        isMore(now.work, former.work) && `${atMost99(now.work)} to do`,
      ]
        .filter(Boolean)
        .join(", "),
    );
  }
  return <VisuallyHidden role="status">{news}</VisuallyHidden>;
}

function isMore(now: number | undefined, former: number | undefined): now is number {
  return now !== undefined && former !== undefined && now > former;
}

function atMost99(count: number): string {
  return count > 99 ? "99+" : String(count);
}
