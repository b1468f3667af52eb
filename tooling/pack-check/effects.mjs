// Which `effect` our packages have in this app. With `shared` it is the app's own copy; with `own` it is a 3.x of theirs,
// whatever other one the app has.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"

const app = createRequire(import.meta.url)
const effectOf = (require) => require.resolve("effect/package.json")
const versionOf = (require) => JSON.parse(readFileSync(effectOf(require), "utf8")).version

const packages = ["core", "store", "scheduler"].map((name) =>
  createRequire(app.resolve(`@white-room/${name}`))
)
for (const each of packages) assert.match(versionOf(each), /^3\./)
const copies = new Set(packages.map(effectOf))
if (process.argv[2] === "shared") assert.deepEqual([...copies], [effectOf(app)])
else assert.ok(!copies.has(effectOf(app)) && !versionOf(app).startsWith("3."))
console.log(`The app has effect ${versionOf(app)}, our packages ${versionOf(packages[0])}.`)
