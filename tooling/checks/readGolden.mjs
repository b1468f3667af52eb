// Reads the golden library with docs/read-library.py, which has none of our code, and compares every backup's songs with
// what the library was made of.
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"

const golden = "packages/store/test/golden/format-1"
const { states } = JSON.parse(readFileSync(`${golden}.json`, "utf8"))
const folder = mkdtempSync(path.join(tmpdir(), "white-room-python-"))
const library = path.join(folder, "library.db")
copyFileSync(`${golden}.library`, library)

const bytesOf = (cell) => Buffer.from(cell.text ?? cell.blob ?? cell, cell.text || cell.blob ? "hex" : "utf8")
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex")
const line = ({ id, name, song_data_json: document }) => {
  const told = document.long
    ? document
    : { bytes: bytesOf(document).length, sha256: sha256(bytesOf(document)) }
  return [bytesOf(id), bytesOf(name), told.bytes, told.sha256].join("\t")
}

const script = readFileSync("docs/read-library.py", "utf8")
assert(
  readFileSync("docs/format.md", "utf8").includes(script.slice(script.indexOf("import "))),
  "docs/format.md shows it"
)

const backups = Object.keys(states).filter((name) => name.startsWith("b"))
for (const backup of backups) {
  // Debian's own Python has Debian's packages, whatever else is first in PATH.
  const told = execFileSync("/usr/bin/python3", ["docs/read-library.py", library, backup.slice(1)], {
    encoding: "utf8",
    env: { ...process.env, PYTHONUTF8: "1" }
  })
  assert.deepEqual(told.trimEnd().split("\n").sort(), states[backup].song_data.map(line).sort(), backup)
}
rmSync(folder, { recursive: true })
console.log(`Python lists the songs of ${backups.join(", ")} as they were.`)
