/** A text that may or may not withdraw consent: a person says which, in one press. */
import { Blockquote, Button, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { WorkItem } from "@/api/types";
import { ProblemNote } from "@/shared/view";
import { Written } from "@/shared/written";
import { useAnswerConsentQuestion } from "./api/answer-consent-question";

interface ConsentQuestionProps {
  item: WorkItem;
  onDecided: (item: WorkItem) => void;
}

export function ConsentQuestion({ item, onDecided }: ConsentQuestionProps): ReactNode {
  const answer = useAnswerConsentQuestion(item.id);
  const button = (withdrawn: boolean) => ({
    loading: answer.isPending && answer.variables === withdrawn,
    disabled: answer.isPending,
    onClick: () => answer.mutate(withdrawn, { onSuccess: onDecided }),
  });
  return (
    <Stack gap="sm">
      {item.text && (
        <Blockquote p="xs" radius="sm" color="gray">
          <Written>{item.text}</Written>
        </Blockquote>
      )}
      <Text size="sm">
        {item.reason ?? "The customer may want no more texts."} Nothing is sent to them until somebody
        says what they meant.
      </Text>
      <ProblemNote error={answer.error} title="This was not answered" />
      <Group gap="xs">
        <Button {...button(true)} color="red">
          They want no more texts
        </Button>
        <Button {...button(false)} variant="default">
          They meant something else
        </Button>
      </Group>
    </Stack>
  );
}
