/** Starts the page that other systems show in a frame. */
// in a layer, so that our own styles win whichever is loaded first
import "@mantine/core/styles.layer.css";
import "../app/global.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { askWith } from "@/api/client";
import { EmbeddedPage } from "./embedded-page";
import { Host } from "./host";

const root = document.getElementById("root");
if (!root) throw new Error("embed.html has no element #root");
const host = new Host(window);
askWith(host);

createRoot(root).render(
  <StrictMode>
    <EmbeddedPage host={host} />
  </StrictMode>,
);
