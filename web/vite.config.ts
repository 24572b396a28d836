import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const API = "http://127.0.0.1:8400";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // no inlined assets: the content security policy allows none as data: but images
  build: {
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      // the application, the page in a frame of another system, and the element that opens it
      input: { main: "index.html", frame: "embed.html", element: "src/embed/element.ts" },
      output: {
        // under a name of its own, since pages of other systems ask for it
        entryFileNames: ({ name }) => (name === "element" ? "embed.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  server: { port: 5173, proxy: { "/api": API, "/health": API } },
  test: {
    environment: "jsdom",
    env: { TZ: "Europe/London" },
    setupFiles: ["src/test/setup.ts"],
    testTimeout: 20_000,
    unstubGlobals: true,
    css: false,
  },
});
