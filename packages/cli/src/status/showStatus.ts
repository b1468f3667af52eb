import { ExitCode } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { settingsFolder } from "../settings/Environment.js"
import { assess } from "./assess.js"
import { gather } from "./gather.js"
import { statusJson, statusScreen } from "./StatusText.js"

/** Prints the screen; the exit code says whether all is well. */
export const showStatus = (cli: Cli) =>
  Effect.gen(function* () {
    const library = yield* cli.open
    const gathered = yield* gather(library, cli.now(), settingsFolder(cli.env))
    const assessment = assess(gathered)
    cli.out.show(statusJson(gathered, assessment), () => statusScreen(gathered, assessment, cli.out.paint))
    return assessment.protected ? ExitCode.done : ExitCode.unprotected
  })
