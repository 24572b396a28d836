/** Finding what was said, and with which number. */
import { Stack, TextInput, Title } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { isPartOfNumber, numbersQuery, textsQuery } from "@/features/search/api/search";
import { NumberHits, TextHits } from "@/features/search/hits";
import { useShortcuts } from "@/shared/shortcuts";
import { Empty, MoreButton, SkeletonRows, View } from "@/shared/view";
import { Page } from "./page";

const route = getRouteApi("/signed-in/search");

export function SearchPage(): ReactNode {
  const q = route.useSearch().q ?? "";
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(q);
  const field = useRef<HTMLInputElement>(null);
  const look = useDebouncedCallback((words: string) => {
    void navigate({ search: { q: words.trim() || undefined }, replace: true });
  }, 300);
  useEffect(() => field.current?.focus(), []);
  useShortcuts([{ key: "/", label: "Search", run: () => field.current?.focus() }]);
  return (
    <Page title="Search">
      <Stack>
        <TextInput
          ref={field}
          type="search"
          label="Words of a text, or digits of a number"
          description={'Words that all must be there; "a phrase", or, -without, begin*'}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            look(event.currentTarget.value);
          }}
        />
        {q === "" ? (
          <Empty title="Nothing looked for yet">What you find opens at its place in the conversation.</Empty>
        ) : (
          <>
            {isPartOfNumber(q) && <Numbers q={q} />}
            <Texts q={q} />
          </>
        )}
      </Stack>
    </Page>
  );
}

function Numbers({ q }: { q: string }): ReactNode {
  const numbers = useQuery(numbersQuery(q));
  return (
    <section aria-label="Conversations with such a number">
      <Title order={2} size="h6">
        Numbers
      </Title>
      <View
        what="the numbers"
        query={numbers}
        loading={<SkeletonRows rows={2} />}
        empty={<Empty title="No such number">No conversation you may read is with it.</Empty>}
      >
        {(conversations) => <NumberHits conversations={conversations} />}
      </View>
    </section>
  );
}

function Texts({ q }: { q: string }): ReactNode {
  const texts = useInfiniteQuery(textsQuery(q));
  const count = texts.data?.length;
  return (
    <section aria-label="Texts with these words">
      <Title order={2} size="h6">
        Texts{" "}
        <span role="status">{count !== undefined && `${count}${texts.hasNextPage ? "+" : ""} found`}</span>
      </Title>
      <View
        what="the texts"
        query={texts}
        loading={<SkeletonRows />}
        empty={<Empty title="No texts found">Try fewer words, or the beginning of one: call*</Empty>}
      >
        {(hits) => (
          <>
            <TextHits hits={hits} />
            <MoreButton query={texts}>Show more</MoreButton>
          </>
        )}
      </View>
    </section>
  );
}
