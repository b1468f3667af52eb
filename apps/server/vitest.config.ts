import { defineProject } from "vitest/config"

export default defineProject({
  test: {
    name: "server",
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/setup.ts"],
    setupFiles: ["../../tooling/testSetup.mjs", "../../tooling/testPipes.mjs", "test/support/inCluster.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000
  }
})
