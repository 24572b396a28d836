/** The button that opens the record of what a customer said about consent, for those who may write it down. */
import { Button } from "@mantine/core";
import { useState, type ComponentProps, type ReactNode } from "react";
import { useMay } from "@/shared/session";
import { EntryDialog } from "./entry-dialog";

export function EntryButton({ of }: Pick<ComponentProps<typeof EntryDialog>, "of">): ReactNode {
  const [isOpen, setOpen] = useState(false);
  if (!useMay("consent", "create")) return null;
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        Record consent
      </Button>
      <EntryDialog of={of} isOpen={isOpen} onClose={() => setOpen(false)} />
    </>
  );
}
