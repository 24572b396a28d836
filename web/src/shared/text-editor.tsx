/** The field a text is written in, with what it will cost in segments below it. */
import { Text, Textarea, type TextareaProps } from "@mantine/core";
import { useId, type KeyboardEvent, type ReactNode } from "react";
import { countSegments, MAX_CHARACTERS } from "./segments";

interface TextEditorProps extends Omit<TextareaProps, "value" | "onChange" | "onSubmit"> {
  value: string;
  onChange: (text: string) => void;
  /** Called on Ctrl+Enter or Command+Enter. */
  onSubmit: () => void;
}

export function TextEditor({ value, onChange, onSubmit, ...props }: TextEditorProps): ReactNode {
  const countId = useId();
  const submitOnChord = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onSubmit();
  };
  return (
    <div>
      <Textarea
        autosize
        minRows={3}
        maxRows={10}
        {...props}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={submitOnChord}
        aria-describedby={countId}
      />
      <SegmentCount id={countId} text={value} />
    </div>
  );
}

function SegmentCount({ id, text }: { id: string; text: string }): ReactNode {
  const { encoding, segments, forcedBy } = countSegments(text);
  const length = [...text].length;
  const isTooLong = length > MAX_CHARACTERS;
  return (
    <Text id={id} size="xs" mt={4} c={isTooLong ? "red" : "dimmed"}>
      {length} {length === 1 ? "character" : "characters"} · {segments}{" "}
      {segments === 1 ? "segment" : "segments"} · {encoding}
      {forcedBy !== null && ` because of “${forcedBy}”`}
      {isTooLong && `, and a text has at most ${MAX_CHARACTERS} characters`}
    </Text>
  );
}

/** Returns whether a text can be sent as it stands. */
export function isSendable(text: string): boolean {
  return text.trim() !== "" && [...text].length <= MAX_CHARACTERS;
}
