import { openLibrary } from "../../src/promise.js"

const library = await openLibrary("library.db", { create: true })
await library.songs.create({ id: "s1", name: "Night Drive", songDataJSON: "{}", determinismSeed: "1" })
await library.backups.take({ description: "before the tour" })
await library.songs.delete("s1")
await library.backups.restore("latest", { only: [{ kind: "song", id: "s1" }] })
console.log(`${(await library.songs.read("s1")).name} is back`)
await library.close()
