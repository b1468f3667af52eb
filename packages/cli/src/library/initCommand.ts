import { existsSync } from "node:fs"
import { object } from "@optique/core/constructs"
import { message } from "@optique/core/message"
import { option } from "@optique/core/primitives"
import { LibraryExists } from "@white-room/core"
import * as Effect from "effect/Effect"
import { define } from "../command/Command.js"
import { count } from "../output/Text.js"
import type { Outputs } from "../schema/outputs.js"
import { shortPath } from "../settings/Environment.js"
import { type AppDatabase, findAppDatabase } from "../settings/findAppDatabase.js"

const appText = (app: AppDatabase): ReadonlyArray<string> => [
  `White Room's own database is no part of it: ${app.songs === undefined ? "" : `${count(app.songs, "song")} in `}${shortPath(app.path)}`,
  `To protect that one: whiteroom adopt "${shortPath(app.path)}"`
]

export const init = define(
  "init",
  {
    brief: message`Create an empty library.`,
    description: message`Makes a new library at --library, or in its usual place. Refuses folders of synchronising services, where a live library can be corrupted.`
  },
  object({
    allowSyncedFolder: option("--unsafe-allow-synced-folder", {
      description: message`Create it in the folder of a synchronising service all the same.`
    })
  }),
  (options, cli) =>
    Effect.gen(function* () {
      const { path } = cli
      if (existsSync(path)) return yield* new LibraryExists({ path })
      const store = yield* Effect.promise(() => import("@white-room/store"))
      if (!cli.dryRun) yield* store.createLibrary(path, options)
      const summary: Outputs["init"] = {
        message_type: "summary",
        ...(cli.dryRun && { dryRun: true }),
        library: path
      }
      const app = yield* Effect.promise(() => findAppDatabase(cli.env))
      return cli.out.done(summary, () =>
        [
          cli.dryRun ? `Would create ${path}. Nothing was changed.` : `Created ${path}.`,
          ...(app === undefined ? [] : appText(app)),
          ...(cli.dryRun ? [] : ["Next: whiteroom song import DIR, then whiteroom backup."])
        ].join("\n")
      )
    })
)
