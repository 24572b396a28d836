/** The enrollments of a sequence and where each stands. */
import { Anchor, Badge, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Enrollment } from "@/api/types";
import { ENROLLMENT_STATUSES, recordName, userName } from "@/shared/names";
import { CustomerTime, Time } from "@/shared/time";
import { Standing } from "./standing";

export function EnrollmentTable({ enrollments }: { enrollments: Enrollment[] }): ReactNode {
  return (
    <Table verticalSpacing="xs" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Record</Table.Th>
          <Table.Th visibleFrom="sm">Status</Table.Th>
          <Table.Th>Where it stands</Table.Th>
          <Table.Th visibleFrom="sm">Started</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {enrollments.map((enrollment) => (
          <Row key={enrollment.id} enrollment={enrollment} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({ enrollment }: { enrollment: Enrollment }): ReactNode {
  const { id, record, status, seller, started_at } = enrollment;
  const { label, color } = ENROLLMENT_STATUSES[status];
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor
          size="sm"
          fw={600}
          renderRoot={(props) => (
            <Link to="." search={(former) => ({ ...former, enrollment: id })} {...props} />
          )}
        >
          <bdi>{recordName(record)}</bdi>
        </Anchor>
        <CustomerTime zone={record.timezone} display="block" />
        <Badge color={color} hiddenFrom="sm">
          {label}
        </Badge>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Badge color={color}>{label}</Badge>
      </Table.Td>
      <Table.Td>
        <Standing enrollment={enrollment} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" style={{ whiteSpace: "nowrap" }}>
          <Time at={started_at} as="day" />
        </Text>
        <Text size="xs" c="dimmed">
          <bdi>{userName(seller)}</bdi>
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
