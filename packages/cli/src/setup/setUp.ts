/** The one question, and what follows from its answer. */

import { basename, dirname, resolve } from "node:path"
import { ExitCode, isRemote } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { loadScheduler, loadVault } from "../command/Load.js"
import { attempt, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import type { PassphraseOptions } from "../secret/Passphrase.js"
import { unlocked } from "../secret/Unlock.js"
import { shortPath, withHome } from "../settings/Environment.js"
import { count } from "../terminal/Text.js"
import { bringBack } from "../vault/bringBack.js"
import { type Found, type FoundPlace, type LostLibrary, namedPlace } from "./Found.js"
import { performSetup, type SetupPlan } from "./performSetup.js"
import { readSetupFile, type SetupFile } from "./readSetupFile.js"
import { doneText, lostText, planText, question } from "./SetupText.js"

/** What a person said of it. */
export interface Wish extends PassphraseOptions {
  readonly places: ReadonlyArray<string>
  readonly onlyHere: boolean
  readonly noService: boolean
  readonly from?: string | undefined
}

const asUsual: Wish = { places: [], onlyHere: false, noService: false }

/** What the file says; refused before anything is done where it cannot be meant. */
const saidIn = (from: string | undefined) =>
  Effect.gen(function* () {
    const said = yield* attempt(() => (from === undefined ? {} : readSetupFile(from)))
    const { decodeProfile } = yield* loadScheduler
    const { when, copies } = rulesOf(said)
    yield* attempt(() => decodeProfile({ name: "hourly", when: [when, copies] }))
    return said
  })

const rulesOf = ({ when = "every hour", copies = "daily 19:00" }: SetupFile) => ({ when, copies })

/** What is to be done by options, file and what was found; of places that were found, the first. */
const planOf = (found: Found, said: SetupFile, { places, onlyHere, noService }: Wish) =>
  attempt((): SetupPlan => {
    if (found.app?.library === true)
      throw refusal(
        `There is a library that nothing names yet: ${shortPath(found.app.path)}.`,
        "Make it yours first: whiteroom adopt."
      )
    const named = places.length > 0 ? places : said.places
    if (onlyHere && places.length > 0)
      throw refusal("--place and --only-here are opposites.", "Say one of them.")
    const [first] = found.places
    const all = named?.map(namedPlace) ?? (first === undefined ? [] : [first])
    return {
      app: found.app,
      places: onlyHere ? [] : all,
      ...rulesOf(said),
      service: said.service !== false && !noService
    }
  })

const isYes = (answer: string): boolean => answer === "" || /^y(?:es)?$/i.test(answer)

/** Asks until the answer is one: yes, no, or another place. `undefined` for no. */
const agree = (
  cli: Cli,
  plan: SetupPlan,
  others: ReadonlyArray<FoundPlace>,
  songs: string
): Effect.Effect<SetupPlan | undefined> =>
  Effect.gen(function* () {
    const [asked = "", ...before] = question(plan, others, songs).split("\n").reverse()
    if (before.length > 0) cli.out.message(before.reverse().join("\n"))
    const answer = yield* cli.askOrEnd(asked)
    if (answer === undefined || /^no?$/i.test(answer)) return undefined
    if (isYes(answer)) return plan
    const chosen = others[Number(answer) - 1]
    if (chosen !== undefined) return { ...plan, places: [chosen] }
    if (/[/\\~]/.test(answer))
      return { ...plan, places: [namedPlace(isRemote(answer) ? answer : resolve(withHome(answer)))] }
    cli.out.message(
      "Answer y or n, with a number, with the path of a folder, or with the link of an invitation."
    )
    return yield* agree(cli, plan, others, songs)
  })

/** Brings back what a vault has, where that is wanted. `undefined`: it is not. */
const offerLost = (cli: Cli, lost: LostLibrary, options: PassphraseOptions) =>
  Effect.gen(function* () {
    cli.out.message(lostText(lost, cli.now()))
    const answer = cli.yes ? "" : yield* cli.askOrEnd("Bring everything back? [Y/n] ")
    if (answer === undefined || !isYes(answer)) return undefined
    const { vaultAt } = yield* loadVault
    const vault = yield* unlocked(cli, options, (opening) => vaultAt(lost.folder, opening))
    const place: FoundPlace = { place: lost.folder, label: basename(dirname(lost.folder)) || "home" }
    const { songs, backups, damaged, problems } = yield* bringBack(cli, place.label, vault)
    cli.out.message(
      `Brought back ${count(songs, "song")} and ${count(backups, "backup")}, into ${shortPath(cli.path)}.`
    )
    return { place, songs, isWhole: damaged.length + problems.length === 0 }
  })

const songsOf = ({ isLibrary, app }: Found, brought: number | undefined): string => {
  const songs = brought ?? app?.songs
  if (songs !== undefined) return `these ${count(songs, "song")}`
  return isLibrary ? `the songs of this library` : "the songs that come into it"
}

/** The library is back, and nothing was agreed to beyond that. */
const stopHere = (cli: Cli): number => {
  cli.out.message("It is not protected here yet: whiteroom setup does it.")
  return ExitCode.unprotected
}

/** `undefined`: the person said no, and nothing was changed. */
export const setUp = (cli: Cli, found: Found, wish: Wish = asUsual) =>
  Effect.gen(function* () {
    const said = yield* saidIn(wish.from)
    const lost = wish.places.length > 0 ? undefined : found.lost
    if (cli.dryRun) {
      const plan = yield* planOf(found, said, wish)
      return cli.done<Outputs["setup"]>({ library: cli.path }, () =>
        planText(plan, songsOf(found, undefined), lost)
      )
    }
    const back = lost === undefined ? undefined : yield* offerLost(cli, lost, wish)
    const now: Found = back === undefined ? found : { ...found, isLibrary: true, app: undefined }
    const proposed = yield* planOf(now, said, wish)
    // What came from a vault goes on being kept there.
    const plan = back === undefined ? proposed : { ...proposed, places: [back.place] }
    const agreed = cli.yes ? plan : yield* agree(cli, plan, now.places, songsOf(now, back?.songs))
    if (agreed === undefined) return back === undefined ? undefined : stopHere(cli)
    const done = yield* performSetup(cli, agreed, wish)
    cli.done<Outputs["setup"]>(
      {
        library: done.path,
        adopted: done.adopted !== undefined,
        broughtBack: back !== undefined || done.broughtBack,
        songs: done.songs,
        backupId: done.backup.backupId,
        places: done.places.map(({ place, name, proven, error }) => ({
          place,
          vault: name === "" ? null : name,
          proven: proven !== undefined,
          error
        })),
        profiles: done.profiles,
        started: done.notStarted === undefined ? null : done.notStarted.length === 0
      },
      () => doneText(done, agreed)
    )
    const isWhole =
      done.places.every(({ error }) => error === undefined) &&
      (done.notStarted ?? []).length === 0 &&
      back?.isWhole !== false &&
      done.isWhole
    return isWhole ? ExitCode.done : ExitCode.partial
  })
