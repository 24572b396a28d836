/** Choosing the roles that somebody holds. */
import { Checkbox, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { SkeletonRows, View } from "@/shared/view";
import { rolesQuery } from "./api/roles";

interface RoleChoiceProps {
  value: string[];
  onChange: (ids: string[]) => void;
  disabled?: boolean;
}

export function RoleChoice({ value, onChange, disabled = false }: RoleChoiceProps): ReactNode {
  const roles = useQuery(rolesQuery);
  return (
    <View what="the roles" query={roles} loading={<SkeletonRows rows={3} height={24} />}>
      {(all) => (
        <Checkbox.Group label="Roles" value={value} onChange={onChange}>
          <Stack gap={6} mt={6}>
            {all.map(({ id, name }) => (
              <Checkbox key={id} value={id} label={name} disabled={disabled} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
    </View>
  );
}
