/** The programs of the tests as single files, once for all of them: threads and processes start by the dozen. */
import { mkdtempSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
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

/** Bundled as the CLI bundles what it ships: only SQLite's driver stays outside, and the thread lies beside its server. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = mkdtempSync(join(tmpdir(), "white-room-test-"))
  const driver = createRequire(import.meta.url).resolve("better-sqlite3")
  await build({
    entryPoints: {
      worker: fileOf("worker.mjs"),
      serve: fileOf("serve.mjs"),
      device: fileOf("device.mjs"),
      inbox: fileOf("inbox.mjs"),
      node: fileOf("node.mjs"),
      opener: fileOf("opener.mjs")
    },
    outdir: folder,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node20",
    alias: { "better-sqlite3": driver },
    external: [driver, "pg-native"],
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
    logLevel: "error"
  })
  project.provide("programs", folder)
  const isCluster = process.env.WHITEROOM_CLUSTER === "1"
  const database = isCluster ? await (await import("./startPostgres.js")).startPostgres() : undefined
  project.provide("postgres", database?.port ?? 0)
  return async () => {
    await database?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
