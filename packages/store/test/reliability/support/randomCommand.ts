import { join } from "node:path"
import type { Command } from "./commands.js"
import type { Model } from "./model.js"
import type { Seeded } from "./seeded.js"

const songs = Array.from({ length: 24 }, (_, n) => `song:s${n}`)
const keys = [...songs, "performance:p0", "performance:p1", "preferences:default"]

const kindsOfCommand =
  "save save save save import import backup backup backup restore restore forget prune prune rebuild copy create".split(
    " "
  )

/** The next thing to do with a library; `count` makes it different from all before. New files go into `folder`. */
export const randomCommand = (random: Seeded, model: Model, count: number, folder: string): Command => {
  const content = (key: string): string =>
    key.startsWith("preferences") ? `theme ${count}` : random.text(random.pick([40, 700, 9000, 40_000]))
  const known = [...model.backups.keys()]
  const chosen = random.pick(kindsOfCommand)
  switch (chosen) {
    case "import":
      return {
        do: "import",
        wishes: random.sample(keys, 2 + random.int(20)).map((key) => [key, content(key)] as const)
      }
    case "backup":
      return { do: "backup", description: `backup ${count}` }
    case "prune":
      return { do: "prune", keepLast: 3 + random.int(6) }
    case "rebuild":
      return { do: "rebuild" }
    case "copy":
      return { do: "copy", folder: join(folder, "copies") }
    case "create":
      return { do: "create", path: join(folder, `new ${count}.db`) }
    case "restore":
      if (known.length > 0)
        return { do: "restore", description: random.pick(known), mode: random.pick(["merge", "exact"]) }
      break
    case "forget":
      // Not the newest: that one is never forgotten.
      if (known.length > 1) return { do: "forget", description: random.pick(known.slice(0, -1)) }
  }
  const key = random.pick(keys)
  return { do: "save", wishes: [[key, random.chance(0.15) ? null : content(key)]] }
}
