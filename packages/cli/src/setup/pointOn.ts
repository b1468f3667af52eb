import type { Cli } from "../command/Cli.js"
import type { Failure } from "../error/CliError.js"
import { defaultLibrary, pastedPath, shortPath } from "../settings/Environment.js"
import { findVaults } from "../settings/FindVaults.js"
import { findAppDatabase } from "../settings/findAppDatabase.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"

/** Where there is no library in the usual place, but songs somewhere: the command that helps, in place of a general one. */
export const pointOn = async (cli: Cli, failure: Failure): Promise<Failure> => {
  if (failure._tag !== "LibraryNotFound" || cli.server !== undefined || cli.path !== defaultLibrary(cli.env))
    return failure
  const told = (recovery: string): Failure => ({
    _tag: failure._tag,
    code: failure.code,
    message: failure.message,
    recovery
  })
  const app = await findAppDatabase(cli.env)
  if (app !== undefined) {
    const songs = app.songs === undefined ? "a White Room database" : count(app.songs, "song")
    const path = printable(shortPath(app.path))
    return told(
      app.library
        ? `Found a library that nothing names yet, ${path}: whiteroom adopt makes it yours.`
        : `Found ${songs} in ${path}: whiteroom setup protects them.`
    )
  }
  const [vault] = await findVaults()
  return vault === undefined
    ? told("Begin with whiteroom setup, or name another file with --library.")
    : told(`Found a vault: whiteroom clone ${printable(pastedPath(vault))} brings its library back.`)
}
