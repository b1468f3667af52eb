import { existsSync } from "node:fs"
import { object } from "@optique/core/constructs"
import { LibraryExists } from "@white-room/core"
import * as Effect from "effect/Effect"
import { define } from "../command/Define.js"
import { loadStore } from "../command/Load.js"
import { flag } from "../command/Options.js"
import { requireFolder } from "../command/requireFolder.js"
import type { Outputs } from "../schema/outputs.js"
import { pastedPath, shortPath } from "../settings/Environment.js"
import { type AppDatabase, findAppDatabase } from "../settings/findAppDatabase.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"

const appText = (app: AppDatabase): ReadonlyArray<string> => [
  `White Room's own database is not part of it: ${app.songs === undefined ? "" : `${count(app.songs, "song")} in `}${shortPath(app.path)}`,
  `To protect that one: whiteroom adopt ${pastedPath(app.path)}`
]

export const initCommand = define(
  "init",
  {
    brief: "Create an empty library.",
    description:
      "Makes a new library at --library, or in its usual place. Refuses folders of synchronising services, where a live library can be corrupted. A folder that is named and missing is not made: its disk may be away."
  },
  () =>
    object({
      allowSyncedFolder: flag(
        "--unsafe-allow-synced-folder",
        "Create it in the folder of a synchronising service all the same."
      )
    }),
  (options, cli) =>
    Effect.gen(function* () {
      const { path } = cli
      if (existsSync(path)) return yield* new LibraryExists({ path })
      yield* requireFolder(cli, path)
      const { createLibrary } = yield* loadStore
      if (!cli.dryRun) yield* createLibrary(path, options)
      const app = yield* Effect.promise(() => findAppDatabase(cli.env))
      return cli.done<Outputs["init"]>({ library: path }, () =>
        [
          cli.dryRun
            ? `Would create ${printable(path)}. Nothing was changed.`
            : `Created ${printable(path)}.`,
          ...(app === undefined ? [] : appText(app)),
          ...(cli.dryRun ? [] : ["Next: whiteroom song import DIR, then whiteroom backup."])
        ].join("\n")
      )
    })
)
