import { object } from "@optique/core/constructs"
import { message } from "@optique/core/message"
import { ExitCode } from "@white-room/core"
import * as Effect from "effect/Effect"
import { type Cli, define } from "../command/Command.js"
import { assess } from "./assess.js"
import { gather } from "./gather.js"
import { statusJson, statusScreen } from "./StatusText.js"

/** Prints the screen; the exit code says whether all is well. */
export const showStatus = (cli: Cli) =>
  Effect.gen(function* () {
    const library = yield* cli.open
    const gathered = yield* gather(library, cli.now())
    const assessment = assess(gathered)
    cli.out.show(statusJson(gathered, assessment), () => statusScreen(gathered, assessment, cli.out.paint))
    return assessment.protected ? ExitCode.done : ExitCode.unprotected
  })

export const status = define(
  "status",
  {
    brief: message`Am I safe? One screen.`,
    description: message`Exit code 5 when there is no backup that is up to date, or no copy outside the library that is and can be reached; when a check found damage, a profile had no good run for too long, or a drill failed.`
  },
  object({}),
  (_, cli) => showStatus(cli)
)
