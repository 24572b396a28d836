/** Starts the page. */
// in a layer, so that our own styles win whichever is loaded first
import "@mantine/core/styles.layer.css";
import "./app/global.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createApp } from "./app/create-app";
import { cssVariables, theme } from "./app/theme";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element #root");
const { queryClient, router } = createApp();

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
