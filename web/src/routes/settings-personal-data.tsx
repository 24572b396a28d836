/** One person's data: to be taken along, or erased; and the erasures there were. */
import { Button, Group, Skeleton, Stack, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type FormEvent, type ReactNode } from "react";
import { erasuresQuery } from "@/features/erasure/api/erasures";
import { ErasureTable } from "@/features/erasure/erasure-table";
import { PersonActions } from "@/features/erasure/person-actions";
import { recordQuery } from "@/features/records/api/get-record";
import { e164Of, nameToType, phone, recordName } from "@/shared/names";
import { useLevel } from "@/shared/session";
import { Empty, MoreButton, SkeletonRows, View } from "@/shared/view";
import { Page, Panel } from "./page";

const route = getRouteApi("/signed-in/settings/personal-data");

export function PersonalDataPage(): ReactNode {
  const mayErase = useLevel("consent", "delete") === "organisation";
  return (
    <Page title="Personal data">
      {mayErase ? (
        <Stack>
          <OnePerson />
          <Panel title="Erasures">
            <Erasures />
          </Panel>
        </Stack>
      ) : (
        <Empty title="Not yours to see">Your roles do not let you erase people or see who was erased.</Empty>
      )}
    </Page>
  );
}

const NO_NUMBER = "This is no phone number. Write it with its country code, such as +1 202 555 0101.";

function OnePerson(): ReactNode {
  const { number: asked, record } = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(asked ?? "");
  const number = asked === undefined ? null : e164Of(asked);
  const find = (event: FormEvent) => {
    event.preventDefault();
    void navigate({ search: { number: typed.trim() || undefined } });
  };
  return (
    <Panel title="One person's data">
      <Group component="form" px="sm" pb="sm" gap="xs" align="flex-end" onSubmit={find}>
        <TextInput
          w={260}
          label="Number of the person"
          placeholder="+1 202 555 0101"
          error={asked !== undefined && number === null && NO_NUMBER}
          // below the field it would move the button away from it
          inputWrapperOrder={["label", "error", "input"]}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button variant="default" type="submit">
          Choose
        </Button>
      </Group>
      {number !== null && (
        <PersonActions key={number} person={{ of: { number }, name: phone(number), proof: number }} />
      )}
      {asked === undefined && record !== undefined && <OfRecord id={record} />}
    </Panel>
  );
}

function OfRecord({ id }: { id: string }): ReactNode {
  const record = useQuery(recordQuery(id));
  return (
    <View what="the record" query={record} loading={<Skeleton m="sm" height={60} />}>
      {(data) => (
        <PersonActions
          person={{
            of: { record_id: id },
            name: recordName(data),
            proof: data.phone ?? (nameToType(data) || recordName(data)),
          }}
        />
      )}
    </View>
  );
}

function Erasures(): ReactNode {
  const erasures = useInfiniteQuery(erasuresQuery);
  return (
    <View
      what="the erasures"
      query={erasures}
      loading={<SkeletonRows rows={3} />}
      empty={<Empty title="No erasures">Nobody has been erased.</Empty>}
    >
      {(items) => (
        <>
          <ErasureTable erasures={items} />
          <MoreButton query={erasures}>Show more</MoreButton>
        </>
      )}
    </View>
  );
}
