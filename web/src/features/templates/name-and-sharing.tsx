/** What a template is called, and who may use it. */
import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import type { Template } from "@/api/types";
import { ProblemNote } from "@/shared/view";
import { useChangeTemplate } from "./api/templates";
import { SharingFields, type Audience } from "./sharing-fields";

export function NameAndSharing({ template }: { template: Template }): ReactNode {
  const { sharing, team_id, business_unit_id } = template;
  const [name, setName] = useState(template.name);
  const [audience, setAudience] = useState<Audience>({ sharing, team_id, business_unit_id });
  const change = useChangeTemplate(template.id);
  const isChanged =
    name.trim() !== template.name ||
    audience.sharing !== sharing ||
    audience.team_id !== team_id ||
    audience.business_unit_id !== business_unit_id;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isChanged || name.trim() === "") return;
    change.mutate({ name: name.trim(), ...audience });
  };
  return (
    <Stack component="form" p="sm" onSubmit={submit}>
      <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <SharingFields value={audience} onChange={setAudience} />
      <ProblemNote error={change.error} title="The template was not changed" />
      <Group justify="flex-end">
        <Button
          type="submit"
          variant="default"
          disabled={!isChanged || name.trim() === ""}
          loading={change.isPending}
        >
          Save name and sharing
        </Button>
      </Group>
    </Stack>
  );
}
