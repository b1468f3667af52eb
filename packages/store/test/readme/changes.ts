import { openLibrary } from "../../src/promise.js"

const library = await openLibrary("library.db")
for await (const { type, id, actor, recordedAt } of library.changes({ since: 0 })) {
  console.log(`${type} ${id} by ${actor} in ${recordedAt.getFullYear()}`)
  if (type === "BackupRestored") break
}
await library.close()
