import { object } from "@optique/core/constructs"
import * as Effect from "effect/Effect"
import { define } from "../command/Define.js"
import type { Outputs } from "../schema/outputs.js"
import { count } from "../terminal/Text.js"

export const rebuildCommand = define(
  "rebuild",
  {
    brief: "Make the live songs what the log says.",
    description:
      "For a library that a check found damaged. What was there and differs is taken into the log first, so nothing is lost; then every song, performance and preference gets the state it had in the log. Tables of the app are never dropped."
  },
  () => object({}),
  (_, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const differing = yield* library.upkeep.rebuild({ dryRun: true })
      const what = `${count(differing, "row")} ${differing === 1 ? "differs" : "differ"} from the log`
      if (!cli.dryRun && differing > 0) {
        cli.out.message(`${what} and will be what the log says.`)
        yield* cli.confirm("Rebuild?", "Rebuilding")
      }
      const rows = cli.dryRun
        ? differing
        : yield* cli.work((onProgress) => library.upkeep.rebuild({ onProgress }))
      return cli.done<Outputs["rebuild"]>({ rows }, () =>
        cli.dryRun
          ? `${what}. Nothing was changed.`
          : rows === 0
            ? "Everything was as the log says. The catalogue was written again."
            : `Rebuilt ${count(rows, "row")}.`
      )
    })
)
