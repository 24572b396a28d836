/** One sequence: its steps, and its enrollments with where each stands. */
import { Anchor, Button, Group, NativeSelect, Skeleton, Stack } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { EnrollmentStatus, Sequence } from "@/api/types";
import { enrollmentsQuery } from "@/features/enrollments/api/list-enrollments";
import { EnrollDialog } from "@/features/enrollments/enroll-dialog";
import { EnrollmentDrawer } from "@/features/enrollments/enrollment-drawer";
import { EnrollmentTable } from "@/features/enrollments/enrollment-table";
import { RecordPicker } from "@/features/records/record-picker";
import { useChangeSequence } from "@/features/sequences/api/change-sequence";
import { publishedVersionQuery } from "@/features/sequences/api/get-published-version";
import { sequenceQuery } from "@/features/sequences/api/get-sequence";
import { DraftProblems } from "@/features/sequences/draft-problems";
import { SequenceActions } from "@/features/sequences/sequence-actions";
import { SequenceState } from "@/features/sequences/sequence-list";
import { draftDiffers, SequenceSteps } from "@/features/sequences/sequence-steps";
import { ENROLLMENT_STATUSES } from "@/shared/names";
import { useMay } from "@/shared/session";
import { Empty, MoreButton, ProblemNote, SkeletonRows, View } from "@/shared/view";
import { Page, Panel } from "./page";
import classes from "./sequence.module.css";

const route = getRouteApi("/signed-in/sequences/$key");

export function SequencePage(): ReactNode {
  const { key } = route.useParams();
  const sequence = useQuery(sequenceQuery(key));
  return (
    <View what="the sequence" query={sequence} loading={<Skeleton m="lg" height={300} />}>
      {(data) => <Contents key={data.key} sequence={data} />}
    </View>
  );
}

function Contents({ sequence }: { sequence: Sequence }): ReactNode {
  const [isEnrolling, setEnrolling] = useState(false);
  const published = useQuery(publishedVersionQuery(sequence.key));
  const change = useChangeSequence(sequence.key);
  const mayChange = useMay("sequence", "write");
  const mayEnroll = useMay("enrollment", "create") && sequence.is_active;
  return (
    <Page
      above={
        <Anchor size="sm" renderRoot={(props) => <Link to="/sequences" {...props} />}>
          Sequences
        </Anchor>
      }
      name={sequence.name}
      title={
        <>
          <bdi>{sequence.name}</bdi>
          <SequenceState of={sequence} />
        </>
      }
      actions={
        <Group gap="xs">
          {mayChange && (
            <SequenceActions
              sequence={sequence}
              mayPublish={published.data !== undefined && draftDiffers(sequence, published.data)}
              change={change}
            />
          )}
          {mayEnroll && (
            <Button size="xs" onClick={() => setEnrolling(true)}>
              Enroll records
            </Button>
          )}
        </Group>
      }
    >
      <Stack>
        <ProblemNote error={change.error} title="The sequence was not changed" />
        <DraftProblems problems={sequence.draft_problems} />
        <div className={classes.columns}>
          <Enrollments sequence={sequence} enroll={mayEnroll ? () => setEnrolling(true) : null} />
          <Panel>
            <View what="the steps" query={published} loading={<SkeletonRows />}>
              {(version) => <SequenceSteps sequence={sequence} published={version} />}
            </View>
          </Panel>
        </div>
      </Stack>
      <EnrollDialog
        sequence={sequence}
        isOpen={isEnrolling}
        onClose={() => setEnrolling(false)}
        picker={(chosen, onChange) => (
          <RecordPicker kind={sequence.record_kind} chosen={chosen} onChange={onChange} />
        )}
      />
    </Page>
  );
}

function Enrollments(props: { sequence: Sequence; enroll: (() => void) | null }): ReactNode {
  const { sequence, enroll } = props;
  const { status, enrollment } = route.useSearch();
  const navigate = route.useNavigate();
  const enrollments = useInfiniteQuery(enrollmentsQuery(sequence.key, status));
  const maySteer = useMay("enrollment", "write");

  const choose = (chosen: { status?: EnrollmentStatus; enrollment?: string }) =>
    void navigate({ search: chosen });
  return (
    <Panel
      title="Enrollments"
      actions={
        <NativeSelect
          size="xs"
          aria-label="Status"
          value={status ?? ""}
          onChange={(event) =>
            choose({ status: (event.currentTarget.value || undefined) as EnrollmentStatus | undefined })
          }
          data={[
            { value: "", label: "In any status" },
            ...Object.entries(ENROLLMENT_STATUSES).map(([value, { label }]) => ({ value, label })),
          ]}
        />
      }
    >
      <View
        what="the enrollments"
        query={enrollments}
        loading={<SkeletonRows />}
        empty={
          status ? (
            <Empty title={`None is ${ENROLLMENT_STATUSES[status].label.toLowerCase()}`}>
              Choose another status to see the others.
            </Empty>
          ) : (
            <Empty title="Nobody is enrolled yet">
              {enroll === null ? (
                "Once the sequence is active, records can be enrolled."
              ) : (
                <Button mt="xs" size="xs" onClick={enroll}>
                  Enroll the first records
                </Button>
              )}
            </Empty>
          )
        }
      >
        {(items) => (
          <>
            <EnrollmentTable enrollments={items} />
            <MoreButton query={enrollments}>Show more</MoreButton>
          </>
        )}
      </View>
      <EnrollmentDrawer id={enrollment} maySteer={maySteer} onClose={() => choose({ status })} />
    </Panel>
  );
}
