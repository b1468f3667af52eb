import { decideRetention, diffDocuments, formatBackupSize, localParts } from "../src/index.js"

console.log(diffDocuments('{"tempo":96}', '{"tempo":104}').words.join("\n"))

const backups = [1, 2, 3].map((number) => ({ id: `b${number}`, number, position: number, time: number }))
const items = backups.map((backup) => ({ ...backup, trigger: "manual" as const, pinned: false, tags: [] }))
const result = decideRetention(items, { keepLast: 2 }, { now: 4, latestKnownTime: 3, localParts })
if (result._tag === "Decided")
  for (const { id, keep } of result.decisions) console.log(`${id} ${keep ? "stays" : "goes"}`)

console.log(formatBackupSize(1536))
