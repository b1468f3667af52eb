import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*"],
    passWithNoTests: true,
    maxWorkers: availableParallelism(),
    poolOptions: { forks: { isolate: false } }
  }
})
