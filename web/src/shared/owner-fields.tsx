/** Choosing whose a record is: a person's, or a team's with the member who is in charge. */
import { NativeSelect, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { UserRef } from "@/api/types";
import { userName } from "./names";
import { teamsQuery } from "./organisation";
import { colleaguesQuery } from "./people";
import { useMay, useSession } from "./session";
import { View } from "./view";

export interface OwnedBy {
  /** Empty while nobody of the team is chosen. */
  userId: string;
  /** Null: a person's own. */
  teamId: string | null;
}

interface OwnerFieldsProps {
  value: OwnedBy;
  onChange: (value: OwnedBy) => void;
  /** Who owns it now, who may no longer be among those it can be given to. */
  owner: UserRef;
  /** Why the API refuses either, if it does. */
  errors?: { user: ReactNode; team: ReactNode };
}

export function OwnerFields({ value, onChange, owner, errors }: OwnerFieldsProps): ReactNode {
  const { user: reader } = useSession();
  const maySeeTeams = useMay("team", "read");
  const colleagues = useQuery(colleaguesQuery);
  const teams = useQuery({ ...teamsQuery, enabled: maySeeTeams });
  const team = teams.data?.find(({ id }) => id === value.teamId);

  const chooseTeam = (teamId: string | null) => {
    const members = teams.data?.find(({ id }) => id === teamId)?.members;
    // who is in charge of what is a team's is in the team
    const stays = members === undefined || members.some(({ id }) => id === value.userId);
    const userId = stays ? value.userId : "";
    onChange({ teamId, userId: userId === "" && teamId === null ? reader.id : userId });
  };
  return (
    <>
      {maySeeTeams && (
        <View what="the teams" query={teams} loading={<Skeleton height={56} />}>
          {(all) =>
            (all.length > 0 || value.teamId !== null) && (
              <NativeSelect
                label="Team"
                description="What is a team's, its members see and do."
                value={value.teamId ?? ""}
                onChange={(event) => chooseTeam(event.currentTarget.value || null)}
                data={[
                  { value: "", label: "No team" },
                  ...all.map(({ id, name }) => ({ value: id, label: name })),
                  ...(value.teamId !== null && team === undefined
                    ? [{ value: value.teamId, label: "A team that you may not see" }]
                    : []),
                ]}
                error={errors?.team}
              />
            )
          }
        </View>
      )}
      <View what="your colleagues" query={colleagues} loading={<Skeleton height={56} />}>
        {(all) => (
          <NativeSelect
            label={value.teamId === null ? "Whose it is" : "Who is in charge"}
            value={value.userId}
            onChange={(event) => onChange({ ...value, userId: event.currentTarget.value })}
            data={[
              ...(value.userId === "" ? [{ value: "", label: "Choose a member of the team" }] : []),
              ...candidates(team?.members ?? all, reader, owner, value).map((one) => ({
                value: one.id,
                label: one.id !== reader.id ? userName(one) : value.teamId === null ? "Mine" : "Me",
              })),
            ]}
            error={errors?.user}
          />
        )}
      </View>
    </>
  );
}

/** Returns who is to choose from, the reader first; who owns it now stays among them until another is chosen. */
function candidates(all: UserRef[], reader: UserRef, owner: UserRef, { userId, teamId }: OwnedBy): UserRef[] {
  const byId = new Map(all.map((one) => [one.id, one]));
  if (teamId === null) byId.set(reader.id, reader);
  if (userId === owner.id) byId.set(owner.id, owner);
  return [...byId.values()].toSorted(
    (one, other) =>
      Number(other.id === reader.id) - Number(one.id === reader.id) ||
      userName(one).localeCompare(userName(other)),
  );
}
