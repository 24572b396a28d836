/** Recording consent that a customer gave or withdrew elsewhere than in a text. */
import { Button, Group, Modal, NativeSelect, Radio, Stack, Textarea, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import type { NewConsentEntry } from "@/api/types";
import { fromField } from "@/shared/local-time";
import { ProblemNote } from "@/shared/view";
import { useAddEntry } from "./api/consent";
import { BY_HAND, PURPOSES } from "./words";

interface EntryDialogProps {
  /** Whose consent it is: of a record, or of the number that is typed, which may be filled in already. */
  of: { recordId: string; name: string } | { number: string };
  isOpen: boolean;
  onClose: () => void;
}

export function EntryDialog({ isOpen, ...props }: EntryDialogProps): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={props.onClose}
      title={"name" in props.of ? `Record consent of ${props.of.name}` : "Record consent"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Contents {...props} />
    </Modal>
  );
}

function Contents({ of, onClose }: Omit<EntryDialogProps, "isOpen">): ReactNode {
  const [number, setNumber] = useState("number" in of ? of.number : "");
  const [kind, setKind] = useState<NewConsentEntry["kind"]>("withdrawn");
  const [purpose, setPurpose] = useState<"" | keyof typeof PURPOSES>("");
  const [source, setSource] = useState<NewConsentEntry["source"]>("customer_call");
  const [at, setAt] = useState("");
  const [expires, setExpires] = useState("");
  const [wording, setWording] = useState("");
  const [reference, setReference] = useState("");
  const add = useAddEntry();
  const isGranted = kind === "granted";
  const isComplete =
    ("recordId" in of || number.trim() !== "") && (!isGranted || wording.trim() !== "");

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isComplete) return;
    add.mutate(
      {
        ...("recordId" in of ? { record_id: of.recordId } : { number: number.trim() }),
        kind,
        purpose: purpose || null,
        source,
        at: instantIn(at),
        wording: wording.trim() || null,
        reference: reference.trim() || null,
        expires_at: isGranted ? instantIn(expires) : null,
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Stack component="form" onSubmit={submit}>
      {!("recordId" in of) && (
        <TextInput
          label="Number of the customer"
          placeholder="+1 202 555 0101"
          data-autofocus
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
      )}
      <Radio.Group
        label="What they said"
        value={kind}
        onChange={(value) => setKind(value as NewConsentEntry["kind"])}
      >
        <Stack gap="xs" mt={6}>
          <Radio
            value="withdrawn"
            label="They want no more texts"
            description="Holds at once: waiting texts are refused and sequences end."
          />
          <Radio
            value="granted"
            label="They agree to be texted"
            description="Lifts what they withdrew before."
          />
        </Stack>
      </Radio.Group>
      <Group grow align="flex-start">
        <NativeSelect
          label="Which texts"
          value={purpose}
          onChange={(event) => setPurpose(event.currentTarget.value as typeof purpose)}
          data={[
            { value: "", label: "All texts" },
            ...Object.entries(PURPOSES).map(([value, label]) => ({ value, label })),
          ]}
        />
        <NativeSelect
          label="How you know"
          value={source}
          onChange={(event) => setSource(event.currentTarget.value as NewConsentEntry["source"])}
          data={Object.entries(BY_HAND).map(([value, label]) => ({ value, label }))}
        />
      </Group>
      <Group grow align="flex-start">
        <TextInput
          type="datetime-local"
          label="When they said it"
          description="Empty: just now"
          value={at}
          onChange={(event) => setAt(event.currentTarget.value)}
        />
        {isGranted && (
          <TextInput
            type="datetime-local"
            label="Until when it counts"
            description="Empty: until they withdraw it"
            value={expires}
            onChange={(event) => setExpires(event.currentTarget.value)}
          />
        )}
      </Group>
      <Textarea
        label={isGranted ? "What they agreed to, word for word" : "What they said (optional)"}
        description={isGranted && "Consent without evidence proves nothing."}
        autosize
        minRows={2}
        maxLength={5000}
        value={wording}
        onChange={(event) => setWording(event.currentTarget.value)}
      />
      <TextInput
        label="Where it is written (optional)"
        placeholder="Such as the form's address, or a recording's number"
        maxLength={300}
        value={reference}
        onChange={(event) => setReference(event.currentTarget.value)}
      />
      <ProblemNote error={add.error} title="Nothing was recorded" />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={!isComplete} loading={add.isPending}>
          Record
        </Button>
      </Group>
    </Stack>
  );
}

function instantIn(field: string): string | null {
  return fromField(field)?.toISOString() ?? null;
}
