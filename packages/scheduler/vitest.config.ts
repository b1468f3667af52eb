import { defineProject } from "vitest/config"

export default defineProject({
  test: {
    name: "scheduler",
    include: ["test/**/*.test.ts"],
    setupFiles: ["../../tooling/testSetup.mjs", "../../tooling/testPipes.mjs"],
    testTimeout: 60_000
  }
})
