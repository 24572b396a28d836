/** Making a key for another system's form, and its secret, which is shown once. */
import { Alert, Button, Code, CopyButton, Group, Modal, Stack, Text, TextInput, Title } from "@mantine/core";
import { useId, useState, type FormEvent, type ReactNode } from "react";
import type { CreatedEmbedKey } from "@/api/types";
import { focusOnce } from "@/shared/focus";
import { ProblemNote } from "@/shared/view";
import { useAddEmbedKey } from "./api/embed-keys";
import { linesOf, OriginsField } from "./origins-field";

export function AddKeyDialog(props: { isOpen: boolean; onClose: () => void }): ReactNode {
  const [isMade, setMade] = useState(false);
  const close = () => {
    setMade(false);
    props.onClose();
  };
  return (
    <Modal
      opened={props.isOpen}
      onClose={close}
      size="lg"
      // the secret is shown this once: a stray click beside it must not take it away, nor a stray key
      closeOnClickOutside={false}
      closeOnEscape={!isMade}
      title="New key"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Contents onClose={close} onMade={() => setMade(true)} />
    </Modal>
  );
}

function Contents({ onClose, onMade }: { onClose: () => void; onMade: () => void }): ReactNode {
  const [name, setName] = useState("");
  const [origins, setOrigins] = useState("");
  const add = useAddEmbedKey();
  const lines = linesOf(origins);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() && lines.length > 0 && !add.isPending) {
      add.mutate({ name: name.trim(), allowed_origins: lines }, { onSuccess: onMade });
    }
  };
  if (add.data) return <Secret of={add.data} onClose={onClose} />;
  return (
    <Stack component="form" onSubmit={submit}>
      <TextInput
        label="Name"
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <OriginsField value={origins} onChange={setOrigins} error={add.error} />
      <ProblemNote error={add.error} title="The key was not made" />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={!name.trim() || lines.length === 0} loading={add.isPending}>
          Make the key
        </Button>
      </Group>
    </Stack>
  );
}

function Secret({ of, onClose }: { of: CreatedEmbedKey; onClose: () => void }): ReactNode {
  const [isCopied, setCopied] = useState(false);
  const headingId = useId();
  const origin = window.location.origin;
  const element = `<script type="module" src="${origin}/embed.js"></script>\n<touchline-text record="RECORD"></touchline-text>`;
  const twin = `<iframe src="${origin}/embed/${of.id}#token=TOKEN" title="Texts"></iframe>`;
  return (
    <Stack aria-labelledby={headingId}>
      <Title
        order={3}
        size="h5"
        id={headingId}
        tabIndex={-1}
        ref={focusOnce}
      >
        The secret of {of.name}
      </Title>
      <Alert color="amber" p="xs">
        It is shown this once. Give it to the server of the form, never to a page.
      </Alert>
      <Code block aria-label="Secret">
        {of.secret}
      </Code>
      <CopyButton value={of.secret}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            onClick={() => {
              copy();
              setCopied(true);
            }}
          >
            {copied ? "Copied" : "Copy the secret"}
          </Button>
        )}
      </CopyButton>
      <Text size="sm">
        The form&apos;s server signs a token that ends within 5 minutes (HS256, kid <Code>{of.id}</Code>,
        aud <Code>touchline-embed</Code>) with the seller as sub, the record, iat and exp. In the page:
      </Text>
      <Code block>{element}</Code>
      <Text size="sm">Or without our script:</Text>
      <Code block>{twin}</Code>
      <Group justify="flex-end">
        <Button onClick={onClose}>{isCopied ? "Done" : "I have kept the secret"}</Button>
      </Group>
    </Stack>
  );
}
