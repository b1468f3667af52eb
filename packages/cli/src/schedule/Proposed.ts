/** Profiles that come along in vaults: another device proposes them, and a person says yes. */
import { shellWord } from "@white-room/core"
import type { Profile } from "@white-room/scheduler"
import type { Library } from "@white-room/store"
import type { KnownVault, Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { loadScheduler, loadVault } from "../command/Load.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import { unlocked } from "../secret/Unlock.js"
import { printable } from "../terminal/Harmless.js"
import { count, nameList } from "../terminal/Text.js"
import { consequencesOf } from "./Consequences.js"

/** What another device proposes: the profiles that can be read here. */
interface Proposed {
  readonly device: string
  readonly profiles: ReadonlyArray<Profile>
}

/** The profiles that another device of the library sent to a vault, without what they ran or called. */
const proposedIn = (
  library: Library,
  vault: Vault,
  own: string | undefined
): Effect.Effect<Proposed | undefined, CliFailure> =>
  Effect.gen(function* () {
    const { proposedProfiles } = yield* loadVault
    const { decodeProfile } = yield* loadScheduler
    const found = yield* proposedProfiles(library, vault, own)
    if (found === undefined) return undefined
    // One that this program cannot read is a newer one's, or nonsense.
    const profiles = yield* Effect.forEach(found.profiles, (each) =>
      Effect.option(Effect.try(() => decodeProfile(each)))
    )
    return {
      device: found.device,
      profiles: profiles.flatMap((each) => (each._tag === "Some" ? [each.value] : []))
    }
  })

/**
 * Offers the profiles of the other device that have no namesake here: at a terminal they are shown and asked about,
 * elsewhere it is said how they are taken over. Without a yes to them nothing of them is; `--yes` was said to something else.
 */
export const offerProfiles = (
  cli: Cli,
  library: Library,
  vault: Vault,
  { name, line, isOwnLine }: Pick<KnownVault, "name" | "line" | "isOwnLine">
): Effect.Effect<void, CliFailure> =>
  Effect.gen(function* () {
    const proposed = yield* proposedIn(library, vault, isOwnLine ? line : undefined)
    const known = (yield* library.schedule.profiles).map((each) => each.name)
    const profiles = proposed?.profiles.filter((each) => !known.includes(each.name)) ?? []
    if (proposed === undefined || profiles.length === 0) return
    const names = nameList(
      profiles.map((each) => printable(each.name)),
      4
    )
    const later = `whiteroom schedule import --from ${shellWord(name)}`
    if (!cli.interactive || cli.yes) {
      cli.out.message(
        `${printable(proposed.device)} had ${count(profiles.length, "profile")}: ${names}. To have ${profiles.length === 1 ? "it" : "them"} here too: ${later}`
      )
      return
    }
    cli.out.message(yield* consequencesOf(profiles))
    const answer = yield* cli.ask(
      `Take over ${count(profiles.length, "profile")} of ${printable(proposed.device)}, to act like this here too? [y/N] `
    )
    if (!/^y(?:es)?$/i.test(answer)) {
      cli.out.message(`Not taken over. Later: ${later}`)
      return
    }
    const { saveProfile } = yield* loadScheduler
    yield* Effect.forEach(profiles, (profile) => saveProfile(library, profile), { discard: true })
    cli.out.message(`Took over ${names}.`)
  }).pipe(
    // What was asked for is done; profiles are beside it.
    Effect.catchAll((error) =>
      Effect.sync(() => cli.out.message(`Profiles were not looked for: ${error.message}`))
    )
  )

/** The profiles to import from a vault that the library knows by a name; refused when there are none. */
export const profilesFrom = (cli: Cli, name: string) =>
  Effect.gen(function* () {
    const { knownVault, openKnown } = yield* loadVault
    const library = yield* cli.open
    const known = yield* knownVault(library, name)
    const vault = yield* unlocked(cli, {}, (opening) => openKnown(known, opening))
    const proposed = yield* proposedIn(library, vault, known.isOwnLine ? known.line : undefined)
    return proposed === undefined || proposed.profiles.length === 0
      ? yield* refusal(
          `No other device has sent profiles to ${printable(name)}.`,
          "They come along with a push of that device."
        )
      : proposed.profiles
  })
