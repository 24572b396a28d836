/** Changing what somebody may do, where they belong, and whether they may sign in. */
import { Button, Checkbox, Group, Modal, NativeSelect, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import type { User } from "@/api/types";
import { userName } from "@/shared/names";
import { useMay } from "@/shared/session";
import { ProblemNote, SkeletonRows, View } from "@/shared/view";
import { rolesQuery, unitsQuery, useChangeUser } from "./api/people";

export function UserDialog({ user, onClose }: { user: User | null; onClose: () => void }): ReactNode {
  return (
    <Modal
      opened={user !== null}
      onClose={onClose}
      title={user && userName(user)}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {user && <Contents key={user.id} user={user} onClose={onClose} />}
    </Modal>
  );
}

function Contents({ user, onClose }: { user: User; onClose: () => void }): ReactNode {
  const roles = useQuery(rolesQuery);
  const units = useQuery(unitsQuery);
  const [roleIds, setRoleIds] = useState(user.roles.map(({ id }) => id));
  const [unitId, setUnitId] = useState(user.business_unit.id);
  const [isActive, setActive] = useState(user.is_active);
  const mayAssign = useMay("user", "assign");
  const change = useChangeUser(user.id);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (change.isPending) return;
    change.mutate(
      { business_unit_id: unitId, is_active: isActive, ...(mayAssign && { role_ids: roleIds }) },
      { onSuccess: onClose },
    );
  };
  return (
    <Stack component="form" onSubmit={submit}>
      <View what="the roles" query={roles} loading={<SkeletonRows rows={3} height={24} />}>
        {(all) => (
          <Checkbox.Group label="Roles" value={roleIds} onChange={setRoleIds}>
            <Stack gap={6} mt={6}>
              {all.map(({ id, name }) => (
                <Checkbox key={id} value={id} label={name} disabled={!mayAssign} />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
      </View>
      <NativeSelect
        label="Business unit"
        value={unitId}
        onChange={(event) => setUnitId(event.currentTarget.value)}
        data={(units.data ?? [user.business_unit]).map(({ id, name }) => ({ value: id, label: name }))}
      />
      <Checkbox
        label="May sign in"
        checked={isActive}
        onChange={(event) => setActive(event.currentTarget.checked)}
      />
      <ProblemNote error={change.error} title="Nothing was changed" />
      <Group justify="flex-end">
        <Button type="submit" loading={change.isPending}>
          Save
        </Button>
      </Group>
    </Stack>
  );
}
