import { BackupNotFound, EntityNotFound, parseBackupReference, shellWord } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { type Failure, failureOf } from "../error/CliError.js"
import { findDeleted, findPast } from "../select/Past.js"
import { defaultLibrary, pastedPath, shortPath } from "../settings/Environment.js"
import { findVaults } from "../settings/FindVaults.js"
import { findAppDatabase } from "../settings/findAppDatabase.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { ago } from "../terminal/Time.js"

type Found = Pick<Failure, "_tag" | "code" | "message">

const told = ({ _tag, code, message }: Found, recovery: string): Failure => ({
  _tag,
  code,
  message,
  recovery
})

/** Where there is no library in the usual place, but songs somewhere: the command that helps. */
const whereSongsAre = async (cli: Cli, failure: Failure): Promise<Failure> => {
  const app = await findAppDatabase(cli.env)
  if (app !== undefined) {
    const songs = app.songs === undefined ? "a White Room database" : count(app.songs, "song")
    const path = printable(shortPath(app.path))
    return told(
      failure,
      app.library
        ? `Found a library that nothing names yet, ${path}: whiteroom adopt makes it yours.`
        : `Found ${songs} in ${path}: whiteroom setup protects them.`
    )
  }
  const [vault] = await findVaults()
  return vault === undefined
    ? told(failure, "Begin with whiteroom setup, or name another file with --library.")
    : told(failure, `Found a vault: whiteroom clone ${printable(pastedPath(vault))} brings its library back.`)
}

/** What is not there today may have been deleted. */
const whatBecameOf = (cli: Cli, failure: EntityNotFound): Promise<Failure> =>
  Effect.gen(function* () {
    const { name, updatedAt = cli.now(), between } = yield* findDeleted(yield* cli.open, failure.name)
    return told(
      failure,
      `${printable(name)} was deleted ${between ?? ago(updatedAt, cli.now())}: whiteroom undelete ${shellWord(failure.name)} brings it back.`
    )
  }).pipe(
    Effect.scoped,
    Effect.orElseSucceed(() =>
      failure.near.length > 0
        ? failure
        : told(failure, `${failure.recovery} whiteroom rescue looks through all names of the past, too.`)
    ),
    Effect.runPromise
  )

/** The name of a song where a backup is to be named: whoever says it wants that song. */
const whatItIs = (cli: Cli, failure: BackupNotFound): Promise<Failure> =>
  Effect.gen(function* () {
    const { name } = yield* findPast(yield* cli.open, "song", failure.backup)
    const word = shellWord(failure.backup)
    return told(
      failure,
      `${printable(name)} is a song: whiteroom history ${word} shows its versions, whiteroom restore --song ${word} brings one back.`
    )
  }).pipe(
    Effect.scoped,
    Effect.orElseSucceed(() => failure),
    Effect.runPromise
  )

/** An error whose end is not a dead one: what helps here, in place of a general word. */
export const pointOn = (cli: Cli, error: unknown): Promise<Failure> => {
  const failure = failureOf(error)
  if (cli.server !== undefined) return Promise.resolve(failure)
  if (failure._tag === "LibraryNotFound" && cli.path === defaultLibrary(cli.env))
    return whereSongsAre(cli, failure)
  if (error instanceof BackupNotFound && parseBackupReference(error.backup)._tag === "Id")
    return whatItIs(cli, error)
  return error instanceof EntityNotFound && error.where === "this library" && error.kind !== "preferences"
    ? whatBecameOf(cli, error)
    : Promise.resolve(failure)
}
