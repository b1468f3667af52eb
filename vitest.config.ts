import { existsSync, readdirSync, readFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import path from "node:path"
import { configDefaults, defineConfig } from "vitest/config"
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

/**
 * What the tests of a package import of other packages, as built, is loaded by Node. Vitest would translate these hundreds
 * of files in each of its processes, and they would run slower then. In `npm test`, which has built everything, the same
 * holds for what they import of their own package's `src`, below `packages`: a server that is built has its pages.
 */
const asBuilt = (folder: string) => ({
  name: "as-built",
  enforce: "pre" as const,
  config: () => ({ test: { server: { deps: { external: [/\/(?:packages|apps)\/\w+\/dist\//] } } } }),
  resolveId(id: string, importer?: string) {
    if (process.env.WHITEROOM_TESTS !== "built" || !id.startsWith(".")) return
    if (path.basename(path.dirname(folder)) !== "packages") return
    if (!importer?.startsWith(path.join(folder, "test", path.sep))) return
    const inSource = path.relative(path.join(folder, "src"), path.resolve(path.dirname(importer), id))
    const built = path.join(folder, "dist", inSource)
    // Otherwise it is no module of `src`, or of a package that is built as one bundle.
    return !inSource.startsWith("..") && existsSync(built) ? built : undefined
  }
})

/**
 * Long walks through the pages, and servers of others around ours. `npm test` alone leaves them out (`WHITEROOM_LONG=without`), as they
 * take a quarter of the time of all: it has the others of their kind. CI runs them too (`only`), and so does `npm test` of their project
 * or with their name.
 */
const long = [
  ...["copying", "finding", "keys", "parts", "running", "sending", "serving", "timeline"].map(
    (name) => `apps/console/test/${name}.test.ts`
  ),
  "packages/cli/test/proxies.test.ts"
]

/** The files in a project's folder that are not run. */
const leftOut = (folder: string): ReadonlyArray<string> => {
  const which = process.env.WHITEROOM_LONG
  return readdirSync(path.join(import.meta.dirname, folder, "test"), { recursive: true, encoding: "utf8" })
    .map((file) => `test/${file}`)
    .filter((file) => file.endsWith(".ts"))
    .filter((file) => which !== undefined && long.includes(`${folder}/${file}`) === (which === "without"))
}

const projects = ["packages", "apps"].flatMap((floor) =>
  readdirSync(path.join(import.meta.dirname, floor)).flatMap((name) => {
    const root = path.join(import.meta.dirname, floor, name)
    return readdirSync(root)
      .filter((file) => /^vitest\.(?:\w+\.)?config\.ts$/.test(file))
      .map((file) => ({
        ...{ extends: path.join(root, file), root, plugins: [asBuilt(root)] },
        test: { exclude: [...configDefaults.exclude, ...leftOut(`${floor}/${name}`)] }
      }))
  })
)

export default defineConfig({
  test: {
    projects,
    passWithNoTests: true,
    // Vitest leaves one core to itself. With `npm test` it is one more than there are cores (tooling/run.mjs). The files of a package
    // share their processes: to load Effect for each of them would take longer than most of them do.
    maxWorkers: availableParallelism(),
    poolOptions: { forks: { isolate: false } },
    sequence: { sequencer: LongestFirst }
  }
})
