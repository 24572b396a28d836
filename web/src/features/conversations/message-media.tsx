/** What goes with a text: pictures in their place, anything else to download. */
import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Message } from "@/api/types";
import { Icon } from "@/shared/icons";
import classes from "./message-media.module.css";

type Medium = Message["media"][number];

export function MessageMedia({ media }: { media: Medium[] }): ReactNode {
  return (
    <ul className={classes.media} aria-label="Pictures and files">
      {media.map((medium, position) => (
        <li key={position}>
          <MediumEntry medium={medium} />
        </li>
      ))}
    </ul>
  );
}

function MediumEntry({ medium }: { medium: Medium }): ReactNode {
  const { status, url, reason, content_type: type } = medium;
  if (status === "refused") return <Text size="xs">{`${kind(medium)} not available. ${reason}`}</Text>;
  if (url === null) return <Text size="xs">{`${kind(medium)} on its way…`}</Text>;
  if (type !== null && SHOWN.has(type)) {
    return (
      <a href={url} target="_blank" rel="noreferrer">
        <img className={classes.picture} src={url} alt={name(medium)} loading="lazy" />
      </a>
    );
  }
  return (
    <a className={classes.file} href={url} download>
      <Icon name="download" size={14} /> {name(medium)}
    </a>
  );
}

/** The pictures that every browser can show. */
const SHOWN = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

const KINDS: Record<string, string> = { image: "Picture", audio: "Sound", video: "Film" };

function kind({ content_type: type }: Medium): string {
  return KINDS[type?.split("/")[0] ?? ""] ?? "File";
}

function name(medium: Medium): string {
  const kilobytes = Math.ceil((medium.size ?? 0) / 1000);
  return `${kind(medium)} (${medium.content_type}, ${kilobytes.toLocaleString()} KB)`;
}
