import { ExitCode } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Cli, Run } from "../command/Cli.js"
import { family } from "../command/Define.js"
import { loadScheduler, loadVault } from "../command/Load.js"
import { openingOf } from "../secret/Unlock.js"
import { settingsFolder } from "../settings/Environment.js"
import { type DaemonLine, daemonLine, inboxLine, logText, pushLine } from "./LogLine.js"
import { install, statusOf, uninstall } from "./ServiceCommands.js"

const write = (cli: Cli, line: DaemonLine): void => {
  if (cli.out.json) cli.out.line(line)
  else if (!cli.out.options.quiet || !["opened", "captured", "started", "stopped"].includes(line.event))
    cli.out.print(logText(line))
}

/** In the foreground, until it is told to stop; nothing that goes wrong ends it. */
const foreground: Run = (cli) =>
  Effect.gen(function* () {
    const { daemon, isHeldOff, layerOutside } = yield* loadScheduler
    const { keepInbox, keepPushed } = yield* loadVault
    const begin = () => ({ message_type: "event", time: cli.now().toISOString() }) as const
    write(cli, { ...begin(), event: "started", library: cli.path, pid: process.pid })
    const backups = daemon(cli.path, {
      alone: cli.alone,
      opening: openingOf(cli),
      onEvent: (event) => Effect.sync(() => write(cli, daemonLine(event, cli.now())))
    }).pipe(Effect.provide(layerOutside))
    const pushes = keepPushed(cli.path, {
      ...openingOf(cli),
      alone: cli.alone,
      // What cannot be found out holds nothing off.
      isHeldOff: (library, known) =>
        isHeldOff(library, known).pipe(
          Effect.provide(layerOutside),
          Effect.orElseSucceed(() => false)
        ),
      onEvent: (event) => Effect.sync(() => write(cli, pushLine(event, cli.now())))
    })
    const inbox = keepInbox(cli.path, {
      ...openingOf(cli),
      settings: settingsFolder(cli.env),
      alone: cli.alone,
      onEvent: (event) => Effect.sync(() => write(cli, inboxLine(event, cli.now())))
    })
    // None of them ends by itself.
    const signal = yield* cli.untilStopped(Effect.raceFirst(Effect.raceFirst(backups, pushes), inbox))
    write(cli, { ...begin(), event: "stopped", signal })
    return ExitCode.done
  })

export const daemonCommand = family(
  "daemon",
  {
    brief: "Take the backups that are due, for as long as it runs.",
    description:
      "In the foreground, with one line for each run on stdout. It takes over what the app writes every few seconds, runs the profiles of whiteroom schedule, pushes what is new to the vaults within a minute, and takes copies that a server sends back (whiteroom inbox). Ctrl-C or SIGTERM ends it within 5 seconds. whiteroom daemon install has your system start it.",
    alone: foreground
  },
  [install, uninstall, statusOf]
)
