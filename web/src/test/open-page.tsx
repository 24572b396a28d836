/** Opens the whole page at an address, as a browser would, for a test to look at. */
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { fireEvent, render } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { createApp } from "@/app/create-app";
import { cssVariables, theme } from "@/app/theme";

interface OpenPage {
  person: UserEvent;
  /** Where the page is now. */
  address: () => string;
}

export function openPage(address: string): OpenPage {
  const { queryClient, router } = createApp(createMemoryHistory({ initialEntries: [address] }));
  const { queries } = queryClient.getDefaultOptions();
  queryClient.setDefaultOptions({ queries: { ...queries, retryDelay: 0 } });
  render(
    <MantineProvider env="test" theme={theme} cssVariablesResolver={cssVariables}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { person: userEvent.setup(), address: () => router.state.location.href };
}

/** Returns what axe finds wrong with the page; colours are looked at in a real browser. */
export async function accessibilityProblems(): Promise<string[]> {
  const { violations } = await axe.run(document.body, {
    rules: { "color-contrast": { enabled: false } },
  });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

/** A double click so fast that the page is not drawn anew between its clicks. */
export function clickTwice(button: HTMLElement): void {
  fireEvent.click(button);
  fireEvent.click(button);
}
