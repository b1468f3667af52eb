import { defineProject } from "vitest/config"

export default defineProject({
  // Core has no state that one test file could leave to another, and loading Effect once saves half the time.
  test: { name: "core", include: ["test/**/*.test.ts"], isolate: false, testTimeout: 60_000 }
})
