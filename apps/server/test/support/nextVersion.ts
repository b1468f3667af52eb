/** The program of a node as the next release may have it: its tables have more, and it says more to other nodes. */
import { writeFileSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import { build } from "esbuild"
import { version } from "../../src/control/Migrations.js"
import { programFile } from "./programFile.js"
import { stepName } from "./stepName.js"
import { temporaryFolder } from "./temporaryFolder.js"

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Tables that nodes write all the time. */
const grown = [
  "setting",
  "library",
  "access",
  "access_library",
  "line",
  "audit",
  "feed",
  "proof",
  "node",
  "shard"
]

const migration = `"${stepName(version + 1, "next")}": Effect.gen(function* () {
  const { sql, text } = yield* dialect
  for (const table of ${JSON.stringify(grown)})
    yield* sql\`ALTER TABLE \${sql(table)} ADD COLUMN next_note \${text} NOT NULL DEFAULT 'next'\`
  yield* sql\`CREATE TABLE next_table (id \${text} PRIMARY KEY)\`
  yield* sql\`CREATE INDEX next_index ON library (next_note)\`
}),`

/** What stands in its place in built files. */
const changes: Readonly<Record<string, readonly [text: string, next: string]>> = {
  "Migrations.js": ["export const steps = {", `export const steps = { ${migration}`],
  "LibraryEntity.js": ["node: Schema.String", "node: Schema.String, since: Schema.optional(Schema.Int)"],
  "joinCluster.js": ["Effect.succeed({ node: self })", "Effect.succeed({ node: self, since: 1 })"],
  "Forwarded.js": [
    "Schema.Struct({ remote: Schema.String",
    "Schema.Struct({ hops: Schema.optional(Schema.Int), remote: Schema.String"
  ],
  "forward.js": ["encodeArrival({ remote", "encodeArrival({ hops: 1, remote"],
  "announce.js": ["JSON.stringify(about)", "JSON.stringify({ next: true, ...about })"]
}

/** Its file, in a folder that is gone with the scope. Fails when what is to grow is not where it was. */
export const nextVersion = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const driver = createRequire(import.meta.url).resolve("better-sqlite3")
  const left = new Set(Object.keys(changes))
  const file = join(folder, "node.js")
  yield* Effect.promise(() =>
    build({
      entryPoints: [fileOf("node.mjs")],
      ...{
        outfile: file,
        bundle: true,
        platform: "node",
        format: "esm",
        target: "node20",
        logLevel: "error"
      },
      ...{ alias: { "better-sqlite3": driver }, external: [driver, "pg-native"] },
      banner: {
        js: 'import{createRequire as requireOf}from"node:module";const require=requireOf(import.meta.url);'
      },
      plugins: [
        {
          name: "next-version",
          setup: ({ onLoad }) => {
            onLoad({ filter: /server\/dist\/(?:control|cluster|http)\/\w+\.js$/ }, async ({ path }) => {
              const [text, next] = changes[basename(path)] ?? []
              if (text === undefined || next === undefined) return undefined
              const parts = (await readFile(path, "utf8")).split(text)
              if (parts.length !== 2) throw new Error(`${path} has ${parts.length - 1} times ${text}`)
              left.delete(basename(path))
              return { contents: parts.join(next), loader: "js" }
            })
          }
        }
      ]
    })
  )
  if (left.size > 0) throw new Error(`not changed: ${[...left].join(", ")}`)
  writeFileSync(join(folder, "worker.js"), `import ${JSON.stringify(programFile("worker"))}`)
  return file
})
