/** How fast a number sends, how much in a day, and under which brand. */
import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { lineOf } from "@/api/client";
import type { PhoneNumber } from "@/api/types";
import { phone } from "@/shared/names";
import { ProblemNote } from "@/shared/view";
import { useChangeNumber } from "./api/change-number";
import { LONGEST_BRAND, MOST_A_DAY, MOST_A_SECOND } from "./words";

interface ChangeDialogProps {
  /** Null while the dialog is closed. */
  number: PhoneNumber | null;
  onClose: () => void;
}

export function ChangeDialog({ number, onClose }: ChangeDialogProps): ReactNode {
  return (
    <Modal
      opened={number !== null}
      onClose={onClose}
      title={number && `Change ${phone(number.e164)}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {number && <ChangeForm key={number.id} number={number} onClose={onClose} />}
    </Modal>
  );
}

/** What is typed, as words: a number is one once it is whole. */
const typedOf = ({ per_second, daily_cap, brand }: PhoneNumber) => ({
  per_second: String(per_second),
  daily_cap: daily_cap === null ? "" : String(daily_cap),
  brand,
});
type Typed = ReturnType<typeof typedOf>;

// the API's bounds (api/phone_numbers/schemas.py), whose last word it is
const PROBLEMS: { [name in keyof Typed]: (typed: string) => string | undefined } = {
  per_second: (typed) =>
    /^\d{1,4}(\.\d{1,3})?$/.test(typed) && Number(typed) > 0 && Number(typed) <= MOST_A_SECOND
      ? undefined
      : `Write a number above 0, up to ${MOST_A_SECOND.toLocaleString("en")}, such as 0.5.`,
  daily_cap: (typed) =>
    typed === "" || (/^\d{1,8}$/.test(typed) && Number(typed) > 0 && Number(typed) <= MOST_A_DAY)
      ? undefined
      : `Write a whole number from 1 to ${MOST_A_DAY.toLocaleString("en")}, or nothing.`,
  brand: (typed) =>
    typed.length <= LONGEST_BRAND ? undefined : `Write at most ${LONGEST_BRAND} characters.`,
};

function ChangeForm({ number, onClose }: { number: PhoneNumber; onClose: () => void }): ReactNode {
  const before = typedOf(number);
  const [typed, setTyped] = useState(before);
  const change = useChangeNumber(number.id);
  const names = Object.keys(before) as (keyof Typed)[];
  const changed = names.filter((name) => typed[name].trim() !== before[name]);
  const problem = (name: keyof Typed) => PROBLEMS[name](typed[name].trim());
  const isReady = changed.length > 0 && !names.some(problem);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    const { per_second, daily_cap, brand } = typed;
    change.mutate(
      {
        ...(changed.includes("per_second") && { per_second: Number(per_second) }),
        ...(changed.includes("daily_cap") && { daily_cap: daily_cap.trim() === "" ? null : Number(daily_cap) }),
        ...(changed.includes("brand") && { brand: brand.trim() }),
      },
      { onSuccess: onClose },
    );
  };
  const field = (name: keyof Typed) => ({
    value: typed[name],
    onChange: (event: { currentTarget: { value: string } }) => {
      change.reset();
      setTyped({ ...typed, [name]: event.currentTarget.value });
    },
    error: problem(name) ?? lineOf(change.error, name),
  });
  return (
    <Stack component="form" onSubmit={submit}>
      <TextInput
        label="Segments a second"
        description="What the carriers take from this number. Faster, and they refuse its texts."
        inputMode="decimal"
        data-autofocus
        {...field("per_second")}
      />
      <TextInput
        label="Segments a day"
        description="Texts beyond it wait for the next day. Nothing: as many as the pace lets."
        inputMode="numeric"
        {...field("daily_cap")}
      />
      <TextInput
        label="Brand"
        description="Where a customer's withdrawal of consent is of the brand, it holds for all numbers of this one."
        {...field("brand")}
      />
      <ProblemNote error={change.error} title="The number was not changed" />
      <Group justify="flex-end">
        <Button type="submit" disabled={!isReady} loading={change.isPending}>
          Save
        </Button>
      </Group>
    </Stack>
  );
}
