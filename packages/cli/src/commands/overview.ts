/** `whiteroom` without a command: the way in when there is no library yet, otherwise `status`. */
import { existsSync } from "node:fs"
import { ExitCode } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Cli, Invocation } from "../Command.js"
import { shortPath } from "../environment.js"
import { type AppDatabase, findAppDatabase } from "../findAppDatabase.js"
import { count, printable } from "../output/text.js"
import { ago } from "../output/time.js"
import type { Outputs } from "../schema/outputs.js"
import { showStatus } from "./status.js"

const foundText = (app: AppDatabase, now: Date): ReadonlyArray<string> => {
  const songs = app.songs === undefined ? "a White Room database" : count(app.songs, "song")
  const changed = app.changedAt === undefined ? "" : `, last changed ${ago(app.changedAt, now)}`
  return [
    `Not protected yet. Found ${songs}${changed}:`,
    `  ${printable(shortPath(app.path))}`,
    "White Room Backup cannot adopt it yet: that comes with a later version."
  ]
}

const screen = (cli: Cli, app: AppDatabase | undefined): string => {
  const command = (name: string, does: string) => `  ${cli.out.paint("bold", name.padEnd(27))}${does}`
  return [
    cli.out.paint("bold", "White Room Backup: every version of your songs, and a way back."),
    "",
    ...(app === undefined
      ? ["Nothing is protected yet: there is no library at"]
      : [...foundText(app, cli.now()), "", "There is no library at"]),
    `  ${printable(shortPath(cli.path))}`,
    "",
    command("whiteroom init", "start an empty library there"),
    command("whiteroom song import DIR", "then bring in a folder of songs"),
    command("whiteroom backup", "and take a first backup"),
    "",
    "Nothing was changed. All commands: whiteroom help"
  ].join("\n")
}

const noLibrary = (app: AppDatabase | undefined): Outputs["status"] => ({
  protected: false,
  library: null,
  here: null,
  places: [],
  capture: null,
  next: null,
  lastCheck: null,
  lastFullCheck: null,
  warnings: ["There is no library yet."],
  found:
    app === undefined
      ? []
      : [{ path: app.path, songs: app.songs ?? null, changedAt: app.changedAt?.toISOString() ?? null }]
})

export const overview: Invocation = {
  run: (cli) =>
    Effect.gen(function* () {
      if (existsSync(cli.path)) return yield* showStatus(cli)
      const app = yield* Effect.promise(() => findAppDatabase(cli.env))
      cli.out.show(noLibrary(app), () => screen(cli, app))
      return ExitCode.unprotected
    })
}
