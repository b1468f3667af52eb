/** Programs of the tests as single files, for processes and threads, which run no TypeScript. */
import { createRequire } from "node:module"
import { build } from "esbuild"

/** Bundles a module into `outfile`; only SQLite's driver stays outside. */
export const bundle = async (module: URL, outfile: string): Promise<void> => {
  const driver = createRequire(import.meta.url).resolve("better-sqlite3")
  await build({
    entryPoints: [module.pathname],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node20",
    alias: { "better-sqlite3": driver },
    external: [driver],
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
    logLevel: "error"
  })
}
