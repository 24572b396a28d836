/** What goes with a text: pictures in their place, anything else to download. */
import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Message } from "@/api/types";
import { Icon } from "@/shared/icons";
import { mediumKind, mediumName } from "./media-words";
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
  if (status === "refused") return <Text size="xs">{`${mediumKind(type)} not available. ${reason}`}</Text>;
  if (url === null) return <Text size="xs">{`${mediumKind(type)} on its way…`}</Text>;
  if (type !== null && SHOWN.has(type)) {
    return (
      <a href={url} target="_blank" rel="noreferrer">
        <img className={classes.picture} src={url} alt={mediumName(medium)} loading="lazy" />
      </a>
    );
  }
  return (
    <a className={classes.file} href={url} download>
      <Icon name="download" size={14} /> {mediumName(medium)}
    </a>
  );
}

/** The pictures that every browser can show. */
const SHOWN = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);
