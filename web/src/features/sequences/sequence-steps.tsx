/** What a sequence does: the steps of its published version, or those of a draft that says something else. */
import { Group, SegmentedControl, Title } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { Sequence, Version } from "@/api/types";
import { StepTree } from "./step-tree";
import classes from "./sequence-steps.module.css";

interface SequenceStepsProps {
  sequence: Sequence;
  published: Version | null;
}

export function SequenceSteps({ sequence, published }: SequenceStepsProps): ReactNode {
  const [wanted, setWanted] = useState("published");
  const differs = published !== null && draftDiffers(sequence, published);
  const shown =
    published === null || (differs && wanted === "draft") ? sequence.draft : published.document;
  return (
    <>
      <Group justify="space-between" p="sm" gap="sm">
        <Title order={2} size="h5">
          Steps
        </Title>
        {differs && (
          <SegmentedControl
            size="xs"
            aria-label="Which steps"
            value={wanted}
            onChange={setWanted}
            data={[
              { value: "published", label: `Version ${published.number}` },
              { value: "draft", label: "Draft" },
            ]}
          />
        )}
      </Group>
      <div className={classes.steps}>
        <StepTree steps={shown.steps} label="Steps" />
      </div>
    </>
  );
}

/** Returns whether publishing the draft would change what new enrollments run. */
export function draftDiffers(sequence: Sequence, published: Version | null): boolean {
  // both are written by the same model, so the same document reads the same
  return published === null || JSON.stringify(sequence.draft) !== JSON.stringify(published.document);
}
