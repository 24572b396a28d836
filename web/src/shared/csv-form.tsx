/** Bringing in a CSV file: choosing it, and what kept all of it out. */
import { Button, FileInput, Group, Stack } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { ProblemNote } from "./view";

/** Takes a file; `children` are what else must be said of it. */
export function CsvForm(props: {
  description: string;
  upload: { error: Error | null; isPending: boolean };
  onUpload: (file: File) => void;
  onClose: () => void;
  children?: ReactNode;
}): ReactNode {
  const [file, setFile] = useState<File | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (file && !props.upload.isPending) props.onUpload(file);
  };
  return (
    <Stack component="form" onSubmit={submit}>
      <FileInput
        label="CSV file"
        description={props.description}
        placeholder="Choose a file"
        accept=".csv,text/csv"
        value={file}
        onChange={setFile}
        required
        withAsterisk={false}
      />
      {props.children}
      <ProblemNote error={props.upload.error} title="Nothing was imported" />
      <Group justify="flex-end">
        <Button variant="default" onClick={props.onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={file === null} loading={props.upload.isPending}>
          Import
        </Button>
      </Group>
    </Stack>
  );
}
