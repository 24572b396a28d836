/** One template: its words, and how they come out for real records. */
import { Anchor, Badge, Button, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { Template } from "@/api/types";
import { templateQuery, useArchiveTemplate, type Words } from "@/features/templates/api/templates";
import { TemplateEditor } from "@/features/templates/template-editor";
import { TemplatePreview } from "@/features/templates/template-preview";
import { kindOf, usesOf } from "@/features/templates/words";
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
  const archive = useArchiveTemplate(id);
  return (
    <Page
      above={
        <Anchor size="sm" renderRoot={(props) => <Link to="/templates" {...props} />}>
          Templates
        </Anchor>
      }
      title={
        <>
          {template.name}
          {archived_at !== null && <Badge color="gray">Archived</Badge>}
        </>
      }
      actions={
        mayWrite && (
          <Button
            size="xs"
            variant="default"
            loading={archive.isPending}
            onClick={() => archive.mutate(archived_at === null)}
          >
            {archived_at === null ? "Archive" : "Put back into use"}
          </Button>
        )
      }
    >
      <Stack>
        <ProblemNote error={archive.error} title="The template was not changed" />
        <Text size="sm" c="dimmed">
          {kindOf(template)}, by {userName(template.owner)}. {usesOf(template)}.
          {used_by.length > 0 && ` Named by the sequences ${used_by.join(", ")}.`}
        </Text>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Panel title="Words">
            <TemplateEditor template={template} words={words} onChange={setWords} mayWrite={mayWrite} />
          </Panel>
          <Panel title="Preview">
            <TemplatePreview id={id} words={words} />
          </Panel>
        </SimpleGrid>
      </Stack>
    </Page>
  );
}
