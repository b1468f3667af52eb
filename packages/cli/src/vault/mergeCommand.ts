import { object } from "@optique/core/constructs"
import * as Effect from "effect/Effect"
import { define } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, text } from "../command/Options.js"
import type { Outputs } from "../schema/outputs.js"
import { unlocked } from "../secret/Unlock.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"

export const mergeCommand = define(
  "merge",
  {
    brief: "Make few large files of the many small ones that pushes left.",
    description:
      "Reading gets quicker, nothing is lost: the small files go a day after the large one came, when nobody can be reading them any more. The daemon does it by itself; this is for those who push without it. Only what this device wrote is merged."
  },
  object({ name: argument(text("NAME"), "A name of whiteroom vault list.") }),
  ({ name }, cli) =>
    Effect.gen(function* () {
      const { knownVault, lookAt, mergeLine, openKnown } = yield* loadVault
      const library = yield* cli.open
      const known = yield* knownVault(library, name)
      if (cli.dryRun)
        return cli.done<Outputs["vault-merge"]>(
          { name, merged: 0, made: 0, deleted: 0, retained: 0 },
          () => `Would merge files of ${printable(name)}. Nothing was changed.`
        )
      const vault = yield* unlocked(cli, {}, (opening) => openKnown(known, opening))
      const libraryId = yield* lookAt(library, (snapshot) => snapshot.libraryId)
      const report = yield* cli.work(() => mergeLine(vault, libraryId, known.line))
      return cli.done<Outputs["vault-merge"]>({ name, ...report }, () =>
        [
          report.made === 0
            ? `${printable(name)} has no small files to merge.`
            : `${count(report.merged, "file")} of ${printable(name)} became ${report.made.toLocaleString("en-US")}.`,
          ...(report.deleted > 0
            ? [`${count(report.deleted, "file")} that nobody needs any more went.`]
            : []),
          ...(report.retained > 0 ? [`${count(report.retained, "file")} may not be deleted there.`] : [])
        ].join("\n")
      )
    })
)
