import { readFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** Those that start programs first, then the long ones: small files that run long would end alone, on one core. */
class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const sorted = await super.sort(files)
    const starts = ({ moduleId }: TestSpecification) =>
      readFileSync(moduleId, "utf8").includes('"node:child_process"')
    return [...sorted.filter(starts), ...sorted.filter((file) => !starts(file))]
  }
}

export default defineConfig({
  test: {
    projects: ["packages/*", "packages/core/vitest.native.config.ts", "apps/*"],
    passWithNoTests: true,
    // Vitest leaves one core to itself. The files of a package share their processes: to load Effect for each of them would
    // take longer than most of them do.
    maxWorkers: availableParallelism(),
    poolOptions: { forks: { isolate: false } },
    sequence: { sequencer: LongestFirst }
  }
})
