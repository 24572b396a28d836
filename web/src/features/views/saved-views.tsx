/** How one likes to look at a list, kept under names: choosing among them, keeping another, forgetting one. */
import { Button, Checkbox, Group, Menu, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState, type FormEvent, type ReactNode } from "react";
import type { SavedView } from "@/api/types";
import { userName } from "@/shared/names";
import { Empty, ProblemNote, SkeletonRows, View } from "@/shared/view";
import { useAddView, useChangeView, useDeleteView, viewsQuery, type ListName } from "./api/views";

interface SavedViewsProps {
  list: ListName;
  /** How the list is looked at now. */
  query: Record<string, string>;
  readerId: string;
  mayShare: boolean;
  onChoose: (query: SavedView["query"]) => void;
}

export function SavedViews(props: SavedViewsProps): ReactNode {
  const views = useQuery(viewsQuery(props.list));
  const [isManaging, setManaging] = useState(false);
  const menuButton = useRef<HTMLButtonElement>(null);
  const close = () => {
    setManaging(false);
    // the item of the menu that opened the dialog is gone, so that it knows nothing to give the focus back to
    menuButton.current?.focus();
  };
  const kept = views.data ?? [];
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button ref={menuButton} size="compact-xs" variant="default">
            Views
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {kept.map((view) => (
            <Menu.Item key={view.id} onClick={() => props.onChoose(view.query)}>
              <bdi>{view.name}</bdi>
              {view.owner.id !== props.readerId && (
                <Text span size="xs" c="dimmed">
                  {" "}
                  by {userName(view.owner)}
                </Text>
              )}
            </Menu.Item>
          ))}
          {kept.length > 0 && <Menu.Divider />}
          <Menu.Item onClick={() => setManaging(true)}>Keep this view…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={isManaging}
        onClose={close}
        title="Saved views"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Stack gap="lg">
          <NewViewForm {...props} onKept={close} />
          <View
            what="your views"
            query={views}
            loading={<SkeletonRows rows={2} />}
            empty={<Empty title="No views yet">Give how you look at the list now a name.</Empty>}
          >
            {(all) => <OwnViews {...props} views={all.filter(({ owner }) => owner.id === props.readerId)} />}
          </View>
        </Stack>
      </Modal>
    </>
  );
}

function NewViewForm(props: SavedViewsProps & { onKept: () => void }): ReactNode {
  const [name, setName] = useState("");
  const [isShared, setShared] = useState(false);
  const add = useAddView();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "") return;
    add.mutate(
      { list: props.list, name: name.trim(), query: props.query, is_shared: isShared },
      { onSuccess: props.onKept },
    );
  };
  return (
    <Stack component="form" gap="sm" onSubmit={submit}>
      <TextInput
        label="Name of this view"
        data-autofocus
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {props.mayShare && (
        <Checkbox
          label="Everybody sees it"
          checked={isShared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
      )}
      <ProblemNote error={add.error} title="The view was not kept" />
      <Group justify="flex-end">
        <Button type="submit" size="xs" disabled={name.trim() === ""} loading={add.isPending}>
          Keep it
        </Button>
      </Group>
    </Stack>
  );
}

function OwnViews({ views, query }: SavedViewsProps & { views: SavedView[] }): ReactNode {
  const change = useChangeView();
  const forget = useDeleteView();
  if (views.length === 0) return null;
  return (
    <>
      <ProblemNote error={change.error ?? forget.error} title="That did not work" />
      <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: "none" }} aria-label="Your views">
        {views.map((view) => (
          <Group component="li" key={view.id} gap="xs" justify="space-between">
            <Text size="sm">
              <bdi>{view.name}</bdi>
              {view.is_shared && " (shared)"}
            </Text>
            <Group gap={4}>
              <Button
                size="compact-xs"
                variant="default"
                loading={change.isPending && change.variables.id === view.id}
                disabled={change.isPending}
                aria-label={`Update ${view.name}`}
                onClick={() => change.mutate({ id: view.id, query })}
              >
                Update
              </Button>
              <Button
                size="compact-xs"
                variant="default"
                aria-label={`Forget ${view.name}`}
                loading={forget.isPending && forget.variables === view.id}
                disabled={forget.isPending}
                onClick={() => forget.mutate(view.id)}
              >
                Forget
              </Button>
            </Group>
          </Group>
        ))}
      </Stack>
    </>
  );
}
