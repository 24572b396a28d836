/** Similar texts, to be approved one by one or together. */
import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { stackQuery } from "@/features/work-items/api/stack";
import { StackView } from "@/features/work-items/stack-view";
import { Empty, SkeletonRows, View } from "@/shared/view";
import { Page } from "./page";

const route = getRouteApi("/signed-in/work/stack");

export function StackPage(): ReactNode {
  const { like } = route.useSearch();
  return (
    <Page
      above={
        <Anchor size="sm" renderRoot={(props) => <Link to="/work" {...props} />}>
          Work list
        </Anchor>
      }
      title="Similar texts"
    >
      {like === undefined ? (
        <Empty title="No text was chosen">
          Open a text on your <Link to="/work">work list</Link> and choose “Similar texts”.
        </Empty>
      ) : (
        <StackOf like={like} />
      )}
    </Page>
  );
}

function StackOf({ like }: { like: string }): ReactNode {
  const stack = useQuery(stackQuery(like));
  return (
    <View what="the texts" query={stack} loading={<SkeletonRows rows={4} height={120} />}>
      {(data) => (
        <StackView
          stack={data}
          done={
            <>
              Go on with your <Link to="/work">work list</Link>.
            </>
          }
        />
      )}
    </View>
  );
}
