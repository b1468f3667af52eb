/** `whiteroom` without a command: the way in when there is no library yet, otherwise `status`. */
import { existsSync } from "node:fs"
import { ExitCode } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import type { Invocation } from "../command/Define.js"
import type { Outputs } from "../schema/outputs.js"
import { pastedPath, shortPath } from "../settings/Environment.js"
import type { AppDatabase } from "../settings/findAppDatabase.js"
import { findOut, lookAround } from "../setup/Found.js"
import { setUp } from "../setup/setUp.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { ago } from "../terminal/Time.js"
import { showStatus } from "./showStatus.js"

const foundText = (app: AppDatabase, now: Date): string => {
  if (app.library) return "Found a library that nothing names yet:"
  const songs = app.songs === undefined ? "a White Room database" : count(app.songs, "song")
  const changed = app.changedAt === undefined ? "" : `, last changed ${ago(app.changedAt, now)}`
  return `Not protected yet. Found ${songs}${changed}:`
}

const placeText = (cli: Cli, app: AppDatabase | undefined): ReadonlyArray<string> =>
  app === undefined
    ? ["Nothing is protected yet: there is no library at", `  ${printable(shortPath(cli.path))}`]
    : [foundText(app, cli.now()), `  ${printable(shortPath(app.path))}`]

const adoptText = (app: AppDatabase): string =>
  app.library ? "use it from now on" : "protect them where they are; the app keeps working"

/** A library that was kept elsewhere can come back, where it is not the app's own that was found. */
const vaultText = (cli: Cli, vaults: ReadonlyArray<string>): ReadonlyArray<string> =>
  vaults.length === 0
    ? []
    : [
        `Found ${count(vaults.length, "vault")}, from which a library can be brought back with all its history:`,
        ...vaults.map(
          (vault) => `  ${cli.out.paint("bold", `whiteroom clone ${printable(pastedPath(vault))}`)}`
        ),
        ""
      ]

const screen = (cli: Cli, app: AppDatabase | undefined, vaults: ReadonlyArray<string>): string => {
  const command = (name: string, does: string) => `  ${cli.out.paint("bold", name.padEnd(19))}${does}`
  return [
    cli.out.paint("bold", "White Room Backup: every version of your songs, and a way back."),
    "",
    ...placeText(cli, app),
    "",
    ...vaultText(cli, vaults),
    ...(app?.library === true ? [] : [command("whiteroom setup", "protect everything, after one question")]),
    ...(app === undefined ? [] : [command("whiteroom adopt", adoptText(app))]),
    command("whiteroom import", "bring in a folder, an old export or a .whiteroom file"),
    command("whiteroom init", "start empty"),
    "",
    "Nothing was changed. All commands: whiteroom help"
  ].join("\n")
}

const noLibrary = (app: AppDatabase | undefined, vaults: ReadonlyArray<string>): Outputs["status"] => ({
  protected: false,
  library: null,
  here: null,
  vaults: [],
  capture: null,
  next: null,
  profiles: [],
  lastCheck: null,
  lastFullCheck: null,
  warnings: ["There is no library yet."],
  concerns: [{ code: "NoLibrary" }],
  foundVaults: [...vaults],
  found:
    app === undefined
      ? []
      : [
          {
            path: app.path,
            library: app.library,
            songs: app.songs ?? null,
            changedAt: app.changedAt?.toISOString() ?? null
          }
        ]
})

export const overview: Invocation = {
  run: (cli) =>
    Effect.gen(function* () {
      if (existsSync(cli.path)) return yield* showStatus(cli)
      // What is in a vault is looked at only where somebody can be asked about it.
      const found = cli.interactive && !cli.dryRun ? yield* findOut(cli) : undefined
      if (found !== undefined && (found.lost !== undefined || found.app?.library === false)) {
        const code = yield* setUp(cli, found)
        if (code !== undefined) return code
      }
      const { app, vaults } = found ?? (yield* lookAround(cli))
      cli.out.show(noLibrary(app, vaults), () => screen(cli, app, vaults))
      return ExitCode.unprotected
    })
}
