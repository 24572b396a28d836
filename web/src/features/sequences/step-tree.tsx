/** The steps of a sequence from first to last, the sides of a branch beside each other. */
import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Step } from "@/api/types";
import { Icon } from "@/shared/icons";
import { STEP_TYPES, stepKind, stepTitle, stepWords } from "./steps";
import classes from "./step-tree.module.css";

export function StepTree({ steps, label }: { steps: Step[]; label: string }): ReactNode {
  return (
    <ol className={classes.steps} aria-label={label}>
      {steps.map((step) => (
        <li key={step.id}>
          <StepCard step={step} />
          {step.type === "branch" && (
            <div className={classes.sides}>
              <Side label="Yes" of={stepTitle(step)} steps={step.then} />
              <Side label="No" of={stepTitle(step)} steps={step.else} />
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}

function Side({ label, of, steps }: { label: string; of: string; steps: Step[] }): ReactNode {
  return (
    <div className={classes.side}>
      <Text size="xs" fw={700} className={classes.label}>
        {label}
      </Text>
      {steps.length > 0 ? (
        <StepTree steps={steps} label={`${of}: ${label}`} />
      ) : (
        <Text size="xs" c="dimmed">
          Goes on below
        </Text>
      )}
    </div>
  );
}

function StepCard({ step }: { step: Step }): ReactNode {
  const words = stepWords(step);
  return (
    <div className={classes.step}>
      <span className={classes.icon}>
        <Icon name={STEP_TYPES[step.type].icon} />
      </span>
      <div className={classes.said}>
        <Text size="sm" fw={600}>
          {stepTitle(step)}
        </Text>
        <Text size="xs" c="dimmed">
          {stepKind(step)}
        </Text>
        {words && <p dir="auto" className={classes.words}>{words}</p>}
      </div>
    </div>
  );
}
