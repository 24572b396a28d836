/** The field a text is written in, with what it will cost in segments below it. */
import { Anchor, Text, Textarea, type TextareaProps } from "@mantine/core";
import { useMergedRef } from "@mantine/hooks";
import { useId, useRef, type KeyboardEvent, type ReactNode } from "react";
import { countSegments, MAX_CHARACTERS } from "./segments";

interface TextEditorProps extends Omit<TextareaProps, "value" | "onChange" | "onSubmit"> {
  value: string;
  onChange: (text: string) => void;
  /** Called on Ctrl+Enter or Command+Enter. */
  onSubmit: () => void;
  /** Called on Escape. */
  onLeave?: () => void;
}

export function TextEditor({ value, onChange, onSubmit, onLeave, ref, ...props }: TextEditorProps): ReactNode {
  const countId = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const refs = useMergedRef(field, ref);
  const point = (from: number, length: number) => {
    field.current?.focus();
    field.current?.setSelectionRange(from, from + length);
  };
  const actOnKey = (event: KeyboardEvent) => {
    // with an input method, Escape takes back what is being composed
    if (event.key === "Escape" && !event.nativeEvent.isComposing) onLeave?.();
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
        ref={refs}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={actOnKey}
        aria-describedby={countId}
      />
      <SegmentCount id={countId} text={value} onPoint={point} />
    </div>
  );
}

interface SegmentCountProps {
  id: string;
  text: string;
  /** Shows where in the field a character stands. */
  onPoint: (from: number, length: number) => void;
}

function SegmentCount({ id, text, onPoint }: SegmentCountProps): ReactNode {
  const { encoding, segments, forcedBy, forcedAt } = countSegments(text);
  const length = [...text].length;
  const isTooLong = length > MAX_CHARACTERS;
  return (
    <Text id={id} size="xs" mt={4} c={isTooLong ? "red" : "dimmed"}>
      {length} {length === 1 ? "character" : "characters"} · {segments}{" "}
      {segments === 1 ? "segment" : "segments"} · {encoding}
      {forcedBy !== null && (
        <>
          {" because of "}
          <Anchor
            component="button"
            type="button"
            inherit
            underline="always"
            title="Show it in the text"
            onClick={() => onPoint(forcedAt, forcedBy.length)}
          >
            “{forcedBy}” (character {Array.from(text.slice(0, forcedAt)).length + 1})
          </Anchor>
        </>
      )}
      {isTooLong && `, and a text has at most ${MAX_CHARACTERS} characters`}
    </Text>
  );
}

/** Returns whether a text can be sent as it stands. */
export function isSendable(text: string): boolean {
  return text.trim() !== "" && [...text].length <= MAX_CHARACTERS;
}
