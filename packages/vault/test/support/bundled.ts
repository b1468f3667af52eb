import { createRequire } from "node:module"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import { buildSync } from "esbuild"
import { temporaryFolder } from "./temporaryFolder.js"

/** A program beside this as one file: it is started often. Only SQLite's driver stays outside. */
export const bundled = (name: "keeper" | "partial" | "putter") =>
  Effect.map(temporaryFolder, (folder) => {
    const outfile = path.join(folder, `${name}.mjs`)
    const driver = createRequire(import.meta.url).resolve("better-sqlite3")
    buildSync({
      entryPoints: [fileURLToPath(new URL(`./${name}.mjs`, import.meta.url))],
      outfile,
      bundle: true,
      minify: true,
      platform: "node",
      format: "esm",
      target: "node20",
      alias: { "better-sqlite3": driver },
      external: [driver],
      banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' }
    })
    return outfile
  })
