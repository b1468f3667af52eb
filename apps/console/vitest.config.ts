import { defineProject } from "vitest/config"

export default defineProject({
  test: {
    name: "console",
    include: ["test/**/*.test.ts"],
    setupFiles: ["../../tooling/testPipes.mjs"],
    testTimeout: 240_000,
    hookTimeout: 240_000
  }
})
