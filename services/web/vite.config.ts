import { defineConfig } from "vitest/config";

// `npm run dev` shows this page in front of a system that `make run` started.
const SYSTEM = process.env.SALON_URL ?? "http://localhost:8000";
// The services check the Origin of cookie writes and sockets, so the proxy speaks as the system's own page.
const proxied = { target: SYSTEM, headers: { origin: SYSTEM }, ws: true };

export default defineConfig({
  esbuild: { jsx: "automatic" },
  build: {
    target: "es2022",
    rollupOptions: {
      // Libraries say "use client" for servers that render; there is none here.
      onwarn: (warning, tell) => {
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") tell(warning);
      },
    },
  },
  server: { proxy: { "/api": proxied, "/queue": proxied, "/ws": proxied } },
  test: { include: ["tests/**/*.test.{ts,tsx}"], testTimeout: 10_000 },
});
