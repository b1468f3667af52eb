import * as os from "node:os"
import * as path from "node:path"
import { object } from "@optique/core/constructs"
import { ExitCode } from "@white-room/core"
import type { LogLine, StatusHere } from "@white-room/server"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadServer } from "../command/Load.js"
import { flag } from "../command/Options.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import { runHere } from "../schedule/runHere.js"
import type { Outputs } from "../schema/outputs.js"
import { assess } from "../status/assess.js"
import { gather } from "../status/gather.js"
import { statusJson } from "../status/StatusText.js"
import { keysHere } from "../vault/keysHere.js"
import { copiesHere } from "./copiesHere.js"
import { libraryName } from "./libraryName.js"
import { openInBrowser } from "./openInBrowser.js"

type Line = Outputs["open-line"]

const tell = (cli: Cli, line: Omit<Line, "message_type" | "time">, text: string): void => {
  const whole: Line = { message_type: "event", time: cli.now().toISOString(), ...line }
  if (cli.out.json) cli.out.line(whole)
  else cli.out.print(text)
}

/** As `status` says it: what it does not know here, the page does not know either. */
const statusFor = (library: Library, cli: Cli): Effect.Effect<StatusHere, CliFailure> =>
  Effect.map(gather(library, cli), (gathered) => statusJson(gathered, assess(gathered)))

const logLine =
  (cli: Cli) =>
  ({ time, event, fault }: LogLine): void => {
    if (event === "fault") tell(cli, { event, fault: String(fault) }, `${time} fault ${String(fault)}`)
  }

const nameOfPerson = (): string => {
  try {
    return os.userInfo().username
  } catch {
    return "me"
  }
}

export const openCommand = define(
  "open",
  {
    brief: "Look at the library in a browser.",
    description:
      "Shows the library of this computer as pages: songs with all their versions, backups, what would be lost. They come from this program alone, at an address of this computer that opens with the link only, and to one browser. It ends half a minute after the last page was closed, or with Ctrl-C.",
    examples: [
      ["whiteroom open", "opens the browser"],
      ["whiteroom open --no-browser", "prints the link instead"]
    ]
  },
  () => object({ noBrowser: flag("--no-browser", "Print the link, and open nothing.") }),
  ({ noBrowser }, cli) =>
    Effect.gen(function* () {
      if (cli.dryRun) return yield* refusal("A library cannot be opened on trial.", "Leave --dry-run out.")
      // First here: the server's thread then finds a file that was looked at.
      const library = yield* cli.open
      const { libraryId: id } = yield* library.upkeep.status
      const { serveLibrary } = yield* loadServer
      const copying = yield* copiesHere(library, cli)
      const person = nameOfPerson()
      const { address, link, untilLeft } = yield* serveLibrary({
        ...{ file: path.resolve(library.path), id, name: libraryName(library.path, person), person },
        status: statusFor(library, cli),
        run: runHere(library, cli),
        keys: keysHere(library, cli),
        copies: copying.here,
        onLog: logLine(cli)
      })
      const isShown =
        !noBrowser && !cli.out.json && (yield* Effect.promise(() => openInBrowser(link, cli.env)))
      const where = isShown
        ? "The library is open in your browser. If nothing came up, open this there:"
        : "Open this in a browser:"
      tell(
        cli,
        { event: "listening", address, link },
        `${where}\n  ${link}\nIt opens one browser, once. Ctrl-C ends it.`
      )
      // What is being copied arrives, also when the page was closed meanwhile.
      const untilDone = Effect.zipRight(untilLeft, copying.settled)
      const signal = yield* Effect.raceFirst(cli.untilStopped(Effect.never), Effect.as(untilDone, undefined))
      if (cli.out.json) tell(cli, { event: "stopped", signal }, "")
      else if (signal === undefined) cli.out.print("The last page was closed; whiteroom open shows it again.")
      return ExitCode.done
    })
)
