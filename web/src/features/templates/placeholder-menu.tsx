/** Putting a placeholder into a text. */
import { Button, Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { RecordKind } from "@/api/types";
import { placeholdersQuery } from "./api/templates";

interface PlaceholderMenuProps {
  /** Of which records the text is; null: of any. */
  kind: RecordKind | null;
  onPick: (name: string) => void;
}

export function PlaceholderMenu({ kind, onPick }: PlaceholderMenuProps): ReactNode {
  const placeholders = useQuery(placeholdersQuery(kind));
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button size="xs" variant="default" disabled={placeholders.data === undefined}>
          Insert a placeholder
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
        {placeholders.data?.map(({ name, example }) => (
          <Menu.Item key={name} onClick={() => onPick(name)}>
            {name}
            {typeof example === "string" && example !== "" && ` (such as ${example})`}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
