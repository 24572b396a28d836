/** One template: its words, and how they come out for real records. */
import { Anchor, Badge, Button, Group, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { Template } from "@/api/types";
import {
  templateQuery,
  useArchiveTemplate,
  useDeleteTemplate,
  type Words,
} from "@/features/templates/api/templates";
import { Audience } from "@/features/templates/audience";
import { NameAndSharing } from "@/features/templates/name-and-sharing";
import { TemplateEditor } from "@/features/templates/template-editor";
import { TemplatePreview } from "@/features/templates/template-preview";
import { kindOf, usesOf } from "@/features/templates/words";
import { ConfirmButton } from "@/shared/confirm-button";
import { userName } from "@/shared/names";
import { useMay } from "@/shared/session";
import { ProblemNote, View } from "@/shared/view";
import { Page, Panel } from "./page";

const route = getRouteApi("/signed-in/templates/$id");

export function TemplatePage(): ReactNode {
  const { id } = route.useParams();
  const template = useQuery(templateQuery(id));
  return (
    <View what="the template" query={template} loading={<Skeleton m="lg" height={300} />}>
      {(data) => <Contents key={data.id} template={data} />}
    </View>
  );
}

function Contents({ template }: { template: Template }): ReactNode {
  const { id, variants, default_language, archived_at, used_by } = template;
  const [words, setWords] = useState<Words>({ variants, default_language });
  const mayWrite = useMay("template", "write");
  const mayDelete = useMay("template", "delete");
  const archive = useArchiveTemplate(id);
  const remove = useDeleteTemplate(id);
  const navigate = useNavigate();
  return (
    <Page
      above={
        <Anchor size="sm" renderRoot={(props) => <Link to="/templates" {...props} />}>
          Templates
        </Anchor>
      }
      name={template.name}
      title={
        <>
          <bdi>{template.name}</bdi>
          {archived_at !== null && <Badge color="gray">Archived</Badge>}
        </>
      }
      actions={
        <Group gap="xs">
          {mayWrite && (
            <Button
              size="xs"
              variant="default"
              loading={archive.isPending}
              onClick={() => archive.mutate(archived_at === null)}
            >
              {archived_at === null ? "Archive" : "Put back into use"}
            </Button>
          )}
          {mayDelete && (
            <ConfirmButton
              size="xs"
              action="Delete"
              what={template.name}
              refusal="The template was not deleted"
              change={remove}
              onConfirm={() =>
                remove.mutate(undefined, { onSuccess: () => void navigate({ to: "/templates" }) })
              }
            >
              Its words are gone then. One that was sent, or that a sequence names, can only be archived.
            </ConfirmButton>
          )}
        </Group>
      }
    >
      <Stack>
        <ProblemNote error={archive.error} title="The template was not changed" />
        <Text size="sm" c="dimmed">
          {kindOf(template)}, by {userName(template.owner)}. Shared with: <Audience of={template} />.{" "}
          {usesOf(template)}.
          {used_by.length > 0 && ` Named by the sequences ${used_by.join(", ")}.`}
        </Text>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Stack>
            <Panel title="Words">
              <TemplateEditor template={template} words={words} onChange={setWords} mayWrite={mayWrite} />
            </Panel>
            {mayWrite && (
              <Panel title="Name and sharing">
                <NameAndSharing template={template} />
              </Panel>
            )}
          </Stack>
          <Panel title="Preview">
            <TemplatePreview id={id} words={words} />
          </Panel>
        </SimpleGrid>
      </Stack>
    </Page>
  );
}
