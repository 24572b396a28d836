/** The templates, with search and those out of use. */
import { Button, Checkbox, Group, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { AddTemplateDialog } from "@/features/templates/add-template-dialog";
import { templatesQuery } from "@/features/templates/api/templates";
import { TemplateTable } from "@/features/templates/template-table";
import { useMay } from "@/shared/session";
import { Empty, MoreButton, SkeletonRows, View } from "@/shared/view";
import { Page, Panel } from "./page";

const route = getRouteApi("/signed-in/templates");

export function TemplatesPage(): ReactNode {
  const { q = "", archived } = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(q);
  const [isAdding, setAdding] = useState(false);
  const templates = useInfiniteQuery(templatesQuery({ q, archived: archived === "1" }));
  const mayCreate = useMay("template", "create");
  const find = useDebouncedCallback(
    (text: string) => void navigate({ search: { q: text || undefined, archived }, replace: true }),
    200,
  );
  return (
    <Page
      title="Templates"
      actions={
        mayCreate && (
          <Button size="xs" onClick={() => setAdding(true)}>
            New template
          </Button>
        )
      }
    >
      <Panel
        actions={
          <Group gap="md">
            <TextInput
              size="sm"
              w={280}
              maw="100%"
              aria-label="Find templates"
              placeholder="Find by name"
              value={typed}
              onChange={(event) => {
                setTyped(event.currentTarget.value);
                find(event.currentTarget.value.trim());
              }}
            />
            <Checkbox
              label="Archived"
              checked={archived === "1"}
              onChange={(event) =>
                void navigate({
                  search: { q: q || undefined, archived: event.currentTarget.checked ? "1" : undefined },
                })
              }
            />
          </Group>
        }
      >
        <View
          what="the templates"
          query={templates}
          loading={<SkeletonRows />}
          empty={
            q || archived ? (
              <Empty title="Nothing found">Try fewer letters.</Empty>
            ) : (
              <Empty title="No templates yet">Write down what you send often, to send it again.</Empty>
            )
          }
        >
          {(items) => (
            <>
              <TemplateTable templates={items} />
              <MoreButton query={templates}>Show more</MoreButton>
            </>
          )}
        </View>
      </Panel>
      <AddTemplateDialog
        isOpen={isAdding}
        onClose={() => setAdding(false)}
        onAdded={({ id }) => void navigate({ to: "/templates/$id", params: { id } })}
      />
    </Page>
  );
}
