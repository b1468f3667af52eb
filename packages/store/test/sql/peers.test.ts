import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { expect, it } from "vitest"

const source = (name: string) => fileURLToPath(new URL(`../../src/${name}.ts`, import.meta.url))

/** The packages of @effect that a program would bring along. */
const peersOf = async (name: string): Promise<ReadonlyArray<string>> => {
  const { metafile } = await build({
    entryPoints: [source(name)],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    external: ["better-sqlite3"]
  })
  const names = Object.keys(metafile.inputs).flatMap(
    (file) => /.*\/node_modules\/(@effect\/[\w-]+)/.exec(file)?.[1] ?? []
  )
  return [...new Set(names)].sort()
}

it.each(["index", "promise", "phase5", "promise/worker"])(
  "%s needs no package of @effect/sql",
  async (name) => {
    expect(await peersOf(name)).toEqual([])
  }
)

it("sql needs those that the manifest names", async () => {
  expect(await peersOf("sql")).toEqual([
    "@effect/experimental",
    "@effect/platform",
    "@effect/sql",
    "@effect/sql-sqlite-node"
  ])
})
