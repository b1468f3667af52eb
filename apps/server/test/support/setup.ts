/** The programs of the tests as single files, once for all of them: threads and processes start by the dozen. */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { builtinModules, createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build, type Plugin } from "esbuild"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  export interface ProvidedContext {
    /** Where they lie. */
    programs: string
    /** The port of the PostgreSQL of all clusters; 0 where the tests ask a server that is alone. */
    postgres: number
  }
}

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const driver = createRequire(import.meta.url).resolve("better-sqlite3")

/** What stays outside is asked for by `require`: the text of a program has no `import`, and can be compiled ahead. */
const required: Plugin = {
  name: "required",
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(?:node:.*|better-sqlite3|${builtinModules.join("|")})$`)
    onResolve({ filter }, ({ namespace, path }) =>
      namespace === "required" ? { path, external: true } : { path, namespace: "required" }
    )
    onLoad({ filter: /.*/, namespace: "required" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path === "better-sqlite3" ? driver : path)})`
    }))
  }
}

/** Bundled as the CLI bundles what it ships: only SQLite's driver stays outside, and the thread lies beside its server. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = mkdtempSync(join(tmpdir(), "white-room-test-"))
  const programs = ["worker", "serve", "device", "inbox", "node", "opener"]
  await build({
    entryPoints: programs.map((name) => fileOf(`${name}.mjs`)),
    outdir: folder,
    outExtension: { ".js": ".txt" },
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node20",
    plugins: [required],
    external: [driver, "pg-native"],
    define: { "import.meta.url": "bundleUrl" },
    banner: { js: '(async (require, bundleUrl) => {"use strict";' },
    footer: { js: "})" },
    logLevel: "error"
  })
  for (const name of programs) copyFileSync(fileOf("launch.mjs"), join(folder, `${name}.js`))
  project.provide("programs", folder)
  const isCluster = process.env.WHITEROOM_CLUSTER === "1"
  const database = isCluster ? await (await import("./startPostgres.js")).startPostgres() : undefined
  project.provide("postgres", database?.port ?? 0)
  return async () => {
    await database?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
