/** Making a team, or changing its name, its unit and who is in it. */
import { Button, Group, Modal, MultiSelect, Skeleton, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import type { Team } from "@/api/types";
import { userName } from "@/shared/names";
import { useSession } from "@/shared/session";
import { UnitSelect } from "@/shared/unit-select";
import { ProblemNote, View } from "@/shared/view";
import { candidatesQuery } from "./api/people";
import { useSaveTeam } from "./api/teams";

interface TeamDialogProps {
  /** The team to change; none makes a new one. */
  team?: Team | undefined;
  isOpen: boolean;
  onClose: () => void;
}

export function TeamDialog({ team, isOpen, onClose }: TeamDialogProps): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={team?.name ?? "New team"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Contents team={team} onClose={onClose} />
    </Modal>
  );
}

function Contents({ team, onClose }: Omit<TeamDialogProps, "isOpen">): ReactNode {
  const { user } = useSession();
  const users = useQuery(candidatesQuery);
  const [name, setName] = useState(team?.name ?? "");
  const [unitId, setUnitId] = useState(team?.business_unit_id ?? user.business_unit.id);
  const [memberIds, setMemberIds] = useState(team?.members.map(({ id }) => id) ?? []);
  const save = useSaveTeam(team?.id);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim() || users.data === undefined) return;
    // who may no longer sign in is in no team
    const member_ids = memberIds.filter((id) => users.data.some((one) => one.id === id));
    save.mutate({ name: name.trim(), business_unit_id: unitId, member_ids }, { onSuccess: onClose });
  };
  return (
    <Stack component="form" onSubmit={submit}>
      <TextInput
        label="Name"
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <UnitSelect label="Business unit" value={unitId} onChange={setUnitId} />
      <View what="the users" query={users} loading={<Skeleton height={60} />}>
        {(all) => (
          <MultiSelect
            label="Members"
            description="What the team owns is its members' to see and to do."
            placeholder="Find by name"
            searchable
            limit={50}
            nothingFoundMessage="Nobody of this name"
            value={memberIds.filter((id) => all.some((one) => one.id === id))}
            onChange={setMemberIds}
            data={all.map((one) => ({ value: one.id, label: `${userName(one)} (${one.email})` }))}
          />
        )}
      </View>
      <ProblemNote error={save.error} title="The team was not saved" />
      <Group justify="flex-end">
        <Button type="submit" disabled={!name.trim() || users.data === undefined} loading={save.isPending}>
          Save
        </Button>
      </Group>
    </Stack>
  );
}
