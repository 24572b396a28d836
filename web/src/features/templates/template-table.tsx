/** The templates there are, with how they do. */
import { Anchor, Badge, Group, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Template } from "@/api/types";
import { Audience } from "./audience";
import { kindOf, usesOf } from "./words";

export function TemplateTable({ templates }: { templates: Template[] }): ReactNode {
  return (
    <Table verticalSpacing="sm" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Template</Table.Th>
          <Table.Th visibleFrom="sm">Languages</Table.Th>
          <Table.Th visibleFrom="sm">Shared with</Table.Th>
          <Table.Th>Use</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {templates.map((template) => (
          <Table.Tr key={template.id}>
            <Table.Td>
              <Group gap="xs">
                <Anchor
                  size="sm"
                  fw={600}
                  renderRoot={(props) => (
                    <Link to="/templates/$id" params={{ id: template.id }} {...props} />
                  )}
                >
                  <bdi>{template.name}</bdi>
                </Anchor>
                {template.findings.length > 0 && <Badge color="amber">Has warnings</Badge>}
              </Group>
              <Text size="xs" c="dimmed">
                {kindOf(template)}
              </Text>
            </Table.Td>
            <Table.Td visibleFrom="sm">{Object.keys(template.variants).join(", ")}</Table.Td>
            <Table.Td visibleFrom="sm">
              <Audience of={template} />
            </Table.Td>
            <Table.Td>
              <Text size="sm">{usesOf(template)}</Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
