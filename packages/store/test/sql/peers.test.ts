import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { expect, it } from "vitest"

const source = (name: string) => fileURLToPath(new URL(`../../src/${name}.ts`, import.meta.url))

/** The packages of @effect that a program would bring along. */
const peersOf = async (...names: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const { metafile } = await build({
    entryPoints: names.map(source),
    outdir: ".",
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    external: ["better-sqlite3"]
  })
  const found = Object.keys(metafile.inputs).flatMap(
    (file) => /.*\/node_modules\/(@effect\/[\w-]+)/.exec(file)?.[1] ?? []
  )
  return [...new Set(found)].sort()
}

it("index, promise, phase5 and promise/worker need no package of @effect/sql", async () => {
  expect(await peersOf("index", "promise", "phase5", "promise/worker")).toEqual([])
})

it("sql needs those that the manifest names", async () => {
  expect(await peersOf("sql")).toEqual([
    "@effect/experimental",
    "@effect/platform",
    "@effect/sql",
    "@effect/sql-sqlite-node"
  ])
})
