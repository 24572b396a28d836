/** Beginning a text with a template's words. */
import { Button, Popover, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { RecordKind } from "@/api/types";
import { Icon } from "@/shared/icons";
import { View } from "@/shared/view";
import { templatesQuery } from "./api/list-templates";
import classes from "./composer.module.css";

interface TemplateMenuProps {
  kind: RecordKind;
  onPick: (template: { id: string; text: string }) => void;
}

export function TemplateMenu(props: TemplateMenuProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="top-start" width={320} trapFocus returnFocus>
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="template" />}
          onClick={() => setOpen(!isOpen)}
        >
          Template
        </Button>
      </Popover.Target>
      <Popover.Dropdown mah={360} p={4} style={{ overflowY: "auto" }} aria-label="Templates">
        <Choice
          kind={props.kind}
          onPick={(template) => {
            setOpen(false);
            props.onPick(template);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function Choice({ kind, onPick }: TemplateMenuProps): ReactNode {
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed.trim(), 200);
  const templates = useQuery(templatesQuery(kind, q));
  return (
    <>
      <TextInput
        m={4}
        size="xs"
        aria-label="Find a template"
        placeholder="Name or key"
        data-autofocus
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <View
        what="the templates"
        query={templates}
        loading={<Text size="sm" p="xs">Looking…</Text>}
        empty={<Text size="sm" p="xs">No template fits.</Text>}
      >
        {(found) =>
          found.flatMap(({ id, name, variants }) =>
            Object.entries(variants).map(([language, text], _, { length }) => (
              <UnstyledButton
                key={`${id} ${language}`}
                className={classes.template}
                onClick={() => onPick({ id, text })}
              >
                <Text size="sm" fw={600}>
                  {length > 1 ? `${name} (${language})` : name}
                </Text>
                <Text size="xs" dir="auto" lineClamp={2}>
                  {text}
                </Text>
              </UnstyledButton>
            )),
          )
        }
      </View>
    </>
  );
}
