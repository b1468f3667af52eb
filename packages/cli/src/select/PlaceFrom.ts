/** What `--from` names: a vault that the library knows by a name, one that lies at a place, or bundles. */
import { existsSync } from "node:fs"
import { isRemote, shellWord } from "@white-room/core"
import type { Library } from "@white-room/store"
import type { Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Cli } from "../command/Cli.js"
import { loadVault } from "../command/Load.js"
import { one, text } from "../command/Options.js"
import type { CliFailure } from "../error/CliError.js"
import { openingOf, type UnlockOptions, unlocked } from "../secret/Unlock.js"
import { printable } from "../terminal/Harmless.js"

/** What the library of this command knows by a name; none without a library. */
const knownBy = (cli: Cli, name: string) =>
  Effect.gen(function* () {
    if (!existsSync(cli.path)) return undefined
    const { vaultRecords } = yield* loadVault
    const all = yield* Effect.scoped(Effect.flatMap(cli.open, (library) => vaultRecords(library).all)).pipe(
      // A library that cannot be read is a reason to look elsewhere.
      Effect.orElseSucceed(() => [])
    )
    return all.find((each) => each.name === name)
  })

/** The vault that is named, or lies at that place; `undefined` where a folder or file is something else. */
export const findVault = (
  cli: Cli,
  nameOrPlace: string,
  options: UnlockOptions = {}
): Effect.Effect<Vault | undefined, CliFailure> =>
  Effect.gen(function* () {
    const { openKnown, vaultAt } = yield* loadVault
    const known = yield* knownBy(cli, nameOrPlace)
    if (known !== undefined) return yield* unlocked(cli, options, (opening) => openKnown(known, opening))
    const found = unlocked(cli, options, (opening) => vaultAt(nameOrPlace, opening))
    if (isRemote(nameOrPlace)) return yield* found
    return yield* found.pipe(
      Effect.catchTags({
        VaultNotFound: () => Effect.succeed(undefined),
        PlaceUnreachable: () => Effect.succeed(undefined)
      })
    )
  })

/** The vault that is named, or lies at that place. Fails with `VaultNotFound` where there is none. */
export const requireVault = (
  cli: Cli,
  nameOrPlace: string,
  options: UnlockOptions = {}
): Effect.Effect<Vault, CliFailure> =>
  Effect.gen(function* () {
    const { vaultAt } = yield* loadVault
    return (yield* findVault(cli, nameOrPlace, options)) ?? (yield* vaultAt(nameOrPlace, openingOf(cli)))
  })

/**
 * The library in a vault as one that can be read, for as long as the scope lasts. What is damaged there is told: `inLines` to
 * scripts too, where what the command prints is lines of JSON.
 */
export const libraryInVault = (
  cli: Cli,
  vault: Vault,
  inLines = false
): Effect.Effect<Library, CliFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const { openLibraryIn } = yield* loadVault
    // A list is one JSON document: no lines of progress come before it.
    const { library, report } = yield* cli.out.json
      ? openLibraryIn(vault)
      : cli.work((onProgress) => openLibraryIn(vault, { onProgress }))
    const tell = (words: string, file: string, reason: string): void => {
      const text = `${words} in ${printable(vault.blobs.place)}: ${printable(file)} (${printable(reason)}).`
      if (inLines) cli.out.problem(text, { file, reason })
      else cli.out.message(text)
    }
    for (const { segment, reason } of report.problems) tell("Damaged", segment, reason)
    for (const { what, reason } of report.damaged) tell("Not whole", what, reason)
    return library
  })

/** For commands that look at a library: the same in a vault. */
export const fromOption = () =>
  one("--from", text("VAULT"), "Look into a vault, by its name or place, in place of the library.")

/** What a suggested command says of where it was looked. */
export const fromWords = (from: string | undefined): string =>
  from === undefined ? "" : ` --from ${shellWord(from)}`
