import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    projects: ["packages/*", "packages/core/vitest.native.config.ts", "apps/*"],
    passWithNoTests: true,
    // Vitest leaves one core to itself. The files of a package share their processes: to load Effect for each of them would
    // take longer than most of them do.
    maxWorkers: availableParallelism(),
    poolOptions: { forks: { isolate: false } }
  }
})
