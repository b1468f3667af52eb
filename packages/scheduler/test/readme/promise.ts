import { openScheduler } from "../../src/promise.js"

const scheduler = await openScheduler("library.db")
const [here] = await scheduler.places()
console.log(`${here?.profile}: ${here?.lastGood ? "backed up" : "no backup yet"}`)

let song = { id: "s1", name: "Night Drive", songDataJSON: "{}", determinismSeed: "1" }
const { autoSave } = scheduler
autoSave.on("saved", ({ id }) => console.log(`${id} saved`))
song = { ...song, songDataJSON: '{"tempo":96}' }
autoSave.markDirty(song.id, () => song)
await scheduler.close()
