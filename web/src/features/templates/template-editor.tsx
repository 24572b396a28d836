/** The words of a template in its languages, with the placeholders to put among them. */
import { Alert, Button, Group, List, NativeSelect, Stack, Tabs, TextInput } from "@mantine/core";
import { useRef, useState, type FormEvent, type ReactNode } from "react";
import type { Template } from "@/api/types";
import { isSendable, TextEditor } from "@/shared/text-editor";
import { useChangeTemplate, type Words } from "./api/templates";
import { PlaceholderMenu } from "./placeholder-menu";
import { TemplateProblems } from "./template-problems";

interface TemplateEditorProps {
  template: Template;
  words: Words;
  onChange: (words: Words) => void;
  mayWrite: boolean;
}

export function TemplateEditor({ template, words, onChange, mayWrite }: TemplateEditorProps): ReactNode {
  const { variants, default_language } = words;
  const [language, setLanguage] = useState(default_language);
  const [added, setAdded] = useState("");
  const caret = useRef<number | null>(null);
  const change = useChangeTemplate(template.id);
  const languages = Object.keys(variants);
  const isChanged =
    default_language !== template.default_language || !sameWords(variants, template.variants);
  const isComplete = Object.values(variants).every(isSendable);

  const write = (text: string) => onChange({ ...words, variants: { ...variants, [language]: text } });
  const insert = (name: string) => {
    const text = variants[language] ?? "";
    const at = caret.current ?? text.length;
    write(`${text.slice(0, at)}{{ ${name} }}${text.slice(at)}`);
  };
  const choose = (chosen: string) => {
    caret.current = null;
    setLanguage(chosen);
  };
  const addLanguage = (event: FormEvent) => {
    event.preventDefault();
    if (added === "" || languages.includes(added)) return;
    onChange({ ...words, variants: { ...variants, [added]: "" } });
    choose(added);
    setAdded("");
  };
  const remove = () => {
    const kept = Object.entries(variants).filter(([one]) => one !== language);
    onChange({ ...words, variants: Object.fromEntries(kept) });
    choose(default_language);
  };
  const save = () => {
    if (mayWrite && isChanged && isComplete && !change.isPending) change.mutate(words);
  };
  const found = template.findings.filter((finding) => finding.language === language);
  return (
    <Stack p="sm">
      <Tabs value={language} onChange={(chosen) => chosen !== null && choose(chosen)}>
        <Tabs.List aria-label="Languages">
          {languages.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {one === default_language ? `${one} (default)` : one}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {languages.map((one) => (
          <Tabs.Panel key={one} value={one} pt="sm">
            <TextEditor
              label={`Text in ${one}`}
              value={variants[one] ?? ""}
              onChange={write}
              onSubmit={save}
              readOnly={!mayWrite}
              onSelect={(event) => {
                caret.current = event.currentTarget.selectionStart;
              }}
            />
          </Tabs.Panel>
        ))}
      </Tabs>
      {found.length > 0 && !isChanged && (
        <Alert color="amber" title="What your text policy says" p="xs">
          <List size="sm">
            {found.map(({ rule, message }) => (
              <List.Item key={`${rule}:${message}`}>{message}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {mayWrite && (
        <>
          <Group gap="xs">
            <PlaceholderMenu kind={template.record_kind} onPick={insert} />
            {language !== default_language && (
              <Button size="xs" variant="default" onClick={remove}>
                Remove {language}
              </Button>
            )}
          </Group>
          <Group component="form" gap="xs" align="flex-end" onSubmit={addLanguage}>
            <TextInput
              size="xs"
              w={150}
              label="Another language"
              placeholder="such as de"
              maxLength={8}
              value={added}
              onChange={(event) => setAdded(event.currentTarget.value.trim().toLowerCase())}
            />
            <Button size="xs" variant="default" type="submit" disabled={added === ""}>
              Add language
            </Button>
            <NativeSelect
              size="xs"
              w={150}
              label="Default language"
              value={default_language}
              data={languages}
              onChange={(event) => onChange({ ...words, default_language: event.currentTarget.value })}
            />
          </Group>
          <TemplateProblems error={change.error} />
          <Group justify="flex-end">
            <Button onClick={save} disabled={!isChanged || !isComplete} loading={change.isPending}>
              Save
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}

function sameWords(one: Words["variants"], other: Words["variants"]): boolean {
  const languages = Object.keys(one);
  return (
    languages.length === Object.keys(other).length &&
    languages.every((language) => one[language] === other[language])
  );
}
