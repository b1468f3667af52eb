// Floors inside packages: a folder imports only from the floors below it, or from folders to its left on its own floor.
// Files in no circle, of about 300 lines at most, and named for what they export.
import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Ground first. `.` are the files of `src` itself, which are the doors of the package. */
const floors = {
  "packages/core": [
    ["bounds"],
    ["errors"],
    ["codec", "object"],
    ["model"],
    ["log", "tree", "document", "format"],
    ["bundle", "song-file", "retention", "words"],
    ["diff"],
    ["restore", "backup", "exchange", "entity"],
    ["output"],
    ["testing"],
    ["."]
  ],
  "packages/vault": [["blobs", "segment"], ["seal"], ["read"], ["testing"], ["."]],
  "packages/scheduler": [["calendar"], ["."]],
  "packages/cli": [
    ["error", "terminal", "schema", "settings"],
    ["command"],
    ["secret", "select", "backup"],
    ["schedule", "vault"],
    ["history", "plan", "preferences", "upkeep", "library"],
    ["restore", "rescue", "pull", "import", "daemon", "setup", "status"],
    ["export", "entity", "server"],
    ["."]
  ],
  "apps/console": [
    ["address", "texts", "api"],
    ["music", "parts"],
    ["join", "home", "song", "timeline", "restore", "devices"],
    ["."]
  ],
  "apps/server": [
    ["api"],
    ["control"],
    ["library", "mirror", "replica"],
    ["http"],
    ["cluster", "digest", "routes"],
    ["start"],
    ["."]
  ],
  "packages/store": [
    ["sqlite"],
    ["file"],
    ["age", "object", "live"],
    ["session"],
    ["log"],
    ["capture"],
    ["write", "schedule", "mend"],
    ["backup"],
    ["state"],
    ["staging"],
    ["restore", "retention", "check", "history", "migrate"],
    ["bundle", "exchange"],
    ["import", "adopt"],
    ["library"],
    ["promise", "phase5", "sql", "transfer"],
    ["."]
  ]
}

const mostLines = 320

const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"))
    .map((name) => name.split(path.sep).join("/"))
    .sort()

/** The files of the package that a file imports, types included. */
const importsOf = (file, text, files) =>
  [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(([, name]) => {
    const target = path.posix.join(path.posix.dirname(file), name).replace(/\.js$/, ".ts")
    return files.has(`${target}x`) ? `${target}x` : target
  })

const folderOf = (file) => (file.includes("/") ? file.slice(0, file.indexOf("/")) : ".")

const exportedValues = (text) =>
  [
    ...text.matchAll(
      /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|class|function\*?|enum) (\w+)/gm
    )
  ].map(([, name]) => name)

/** A path of imports that leads back to its beginning, or `undefined`. */
const findCircle = (imports) => {
  const done = new Set()
  const walk = (file, way) => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const next of imports.get(file) ?? []) {
      const circle = walk(next, [...way, file])
      if (circle) return circle
    }
    done.add(file)
    return undefined
  }
  for (const file of imports.keys()) {
    const circle = walk(file, [])
    if (circle) return circle
  }
  return undefined
}

/** A camelCase file holds one value, of its own name; what holds more has a PascalCase name. Programs export nothing. */
const nameFault = (file, text) => {
  const name = path.posix.basename(file).replace(/\.tsx?$/, "")
  if (folderOf(file) === "." || /^[A-Z]/.test(name) || !/^export /m.test(text)) return undefined
  const values = exportedValues(text)
  return values.length === 1 && values[0] === name ? undefined : `exports ${values.join(", ") || "no value"}`
}

const faultsOf = (unit, rows) => {
  const src = path.join(root, unit, "src")
  const floor = new Map(
    rows.flatMap((row, height) => row.map((folder, place) => [folder, { height, place }]))
  )
  const imports = new Map()
  const faults = []
  const files = filesBelow(src)
  for (const file of files) {
    const text = readFileSync(path.join(src, file), "utf8")
    const targets = importsOf(file, text, new Set(files))
    imports.set(file, targets)
    const own = floor.get(folderOf(file))
    if (own === undefined)
      faults.push(`${file}: its folder stands on no floor; see tooling/checks/floors.mjs`)
    for (const target of targets) {
      const other = floor.get(folderOf(target))
      if (own === undefined || other === undefined || folderOf(target) === folderOf(file)) continue
      if (other.height > own.height || (other.height === own.height && other.place > own.place))
        faults.push(`${file} imports ${target}, which stands above it`)
    }
    const lines = text.split("\n").length - 1
    if (lines > mostLines) faults.push(`${file}: ${lines} lines; about 300 are the most`)
    const fault = nameFault(file, text)
    if (fault) faults.push(`${file}: ${fault}; a camelCase file holds one value, of its own name`)
  }
  const circle = findCircle(imports)
  if (circle) faults.push(`a circle: ${circle.join(" -> ")}`)
  return faults.map((fault) => `${unit}/src/${fault}`)
}

const faults = Object.entries(floors).flatMap(([unit, rows]) => faultsOf(unit, rows))
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exit(1)
console.log(`Floors hold in ${Object.keys(floors).join(", ")}.`)
