// Begins a program that `setup` bundled, whose text lies beside this: from its compiled form, once the first that ran for a second has left one.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"
import { Script } from "node:vm"
import { threadId } from "node:worker_threads"

const file = fileURLToPath(import.meta.url).replace(/js$/, "txt")
const kept = `${file}.compiled`
const cachedData = existsSync(kept) ? readFileSync(kept) : undefined
const script = new Script(readFileSync(file, "utf8"), { filename: file, ...(cachedData && { cachedData }) })
const keep = () => {
  writeFileSync(`${kept}.${process.pid}-${threadId}`, script.createCachedData())
  renameSync(`${kept}.${process.pid}-${threadId}`, kept)
}
if (cachedData === undefined) setTimeout(keep, 1000).unref()
await script.runInThisContext()(createRequire(import.meta.url), import.meta.url)
