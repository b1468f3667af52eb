import { defineProject } from "vitest/config"
import manifest from "./package.json" with { type: "json" }

export default defineProject({
  // As build.mjs does for the bundle.
  define: { WHITEROOM_VERSION: JSON.stringify(manifest.version) },
  // Most of a test's time is that of the programs it runs; each has a folder of its own.
  test: {
    name: "cli",
    include: ["test/**/*.test.ts"],
    setupFiles: ["../../tooling/testPipes.mjs"],
    sequence: { concurrent: true },
    maxConcurrency: 4,
    testTimeout: 60_000
  }
})
