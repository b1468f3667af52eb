import { existsSync } from "node:fs"
import { isRemote } from "@white-room/core"
import type { AdoptReport, Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Cli } from "../command/Cli.js"
import { loadScheduler, loadStore, loadVault } from "../command/Load.js"
import { requireFolder } from "../command/requireFolder.js"
import { withLibrary } from "../command/withLibrary.js"
import { notStarted, serviceToStart, startService } from "../daemon/ServiceCommands.js"
import { attempt, type CliFailure, failureOf } from "../error/CliError.js"
import { whereText } from "../library/AdoptText.js"
import { adoptApp } from "../library/adoptApp.js"
import type { PassphraseOptions } from "../secret/Passphrase.js"
import { deviceLabel, keepKeyHere, openingOf, unlocked } from "../secret/Unlock.js"
import { settingsFolder } from "../settings/Environment.js"
import type { AppDatabase } from "../settings/findAppDatabase.js"
import { printable } from "../terminal/Harmless.js"
import { addOrJoin } from "../vault/AddOrJoin.js"
import { readBack } from "../vault/readBack.js"
import type { FoundPlace } from "./Found.js"
import { acceptLink, bringBackFrom, isLink, joinInvited, keptThere } from "./Invitation.js"

/** What is to be done, and was agreed to. */
export interface SetupPlan {
  /** To be adopted first. */
  readonly app: AppDatabase | undefined
  readonly places: ReadonlyArray<FoundPlace>
  readonly when: string
  readonly copies: string
  readonly service: boolean
}

/** A place, and how far it came there. */
export interface SetPlace extends FoundPlace {
  /** What the library calls the vault there; the empty string when there is none. */
  readonly name: string
  /** A song that was read back from there. */
  readonly proven?: string | undefined
  /** Why nothing went there. */
  readonly error?: string | undefined
}

export interface SetupDone {
  readonly path: string
  readonly adopted: AdoptReport | undefined
  /** What was kept on a server came back; whole, or with parts that could not. */
  readonly broughtBack: boolean
  readonly isWhole: boolean
  readonly songs: number
  readonly backup: { readonly backupId: string; readonly number: number }
  readonly places: ReadonlyArray<SetPlace>
  /** Profiles that were added. */
  readonly profiles: ReadonlyArray<string>
  /** What the system did not do, and why; `undefined` when it was not asked. */
  readonly notStarted: ReadonlyArray<string> | undefined
  /** Lines for the end: where the library is from now on. */
  readonly where: ReadonlyArray<string>
}

/** A bucket is called what it is called there. */
const bucketName = (place: string): string =>
  (/^s3:\/\/([a-z0-9.-]+)/.exec(place)?.[1] ?? "bucket").replaceAll(".", "-")

/** The vault of the library at a place: that which it has there, else the one that lies there, else a new one. */
const vaultFor = (cli: Cli, library: Library, { place, invited }: FoundPlace, options: PassphraseOptions) =>
  Effect.gen(function* () {
    if (invited !== undefined) {
      const { vault, known } = yield* joinInvited(cli, invited, options)
      return { known, vault: yield* keepKeyHere(cli, vault) }
    }
    const { knownDestination, openDestination, vaultFileAt, vaultRecords } = yield* loadVault
    const known = knownDestination(yield* vaultRecords(library).all, place)
    if (known === undefined && isRemote(place)) {
      const there = yield* vaultFileAt(place, openingOf(cli))
      const wish = { seal: false, plain: false, ...options }
      return yield* addOrJoin(cli, bucketName(place), place, wish, there !== undefined)
    }
    const found = yield* unlocked(cli, options, (opening) =>
      openDestination(library, known?.name ?? place, {
        ...opening,
        device: deviceLabel()
      })
    )
    return { ...found, vault: yield* keepKeyHere(cli, found.vault) }
  })

/** One place that fails does not stop the rest. */
const orTell =
  (cli: Cli, found: FoundPlace, name: string) =>
  (error: CliFailure): Effect.Effect<SetPlace> => {
    const { message, recovery } = failureOf(error)
    cli.out.problem(`${printable(found.label)}: ${message} ${recovery}`, {
      file: found.place,
      reason: message
    })
    return Effect.succeed({ ...found, name, error: message })
  }

/** A link becomes the place it invites to; one that opens nothing does not stop the rest. */
const accepted = (cli: Cli, found: FoundPlace): Effect.Effect<FoundPlace | SetPlace, never, Scope.Scope> => {
  const { label, place: link } = found
  if (!isLink(link)) return Effect.succeed(found)
  return acceptLink(cli, link).pipe(
    Effect.map((invited): FoundPlace => ({ place: invited.place.place, label, invited })),
    Effect.catchTag("PlaceRefused", (refused) =>
      Effect.flatMap(keptThere(cli, link), (place) =>
        place === undefined ? Effect.fail(refused) : Effect.succeed<FoundPlace>({ place, label })
      )
    ),
    Effect.catchAll(orTell(cli, { place: label, label }, ""))
  )
}

/** On a computer without songs: what is kept on a server that one was invited to. */
const comesBack = (cli: Cli, places: ReadonlyArray<FoundPlace>, options: PassphraseOptions) =>
  Effect.gen(function* () {
    for (const { invited } of places) {
      const report = invited === undefined ? undefined : yield* bringBackFrom(cli, invited, options)
      if (report !== undefined) return report
    }
    return undefined
  })

type OpenPlace = FoundPlace & Effect.Effect.Success<ReturnType<typeof vaultFor>>

const openPlace = (
  cli: Cli,
  library: Library,
  found: FoundPlace | SetPlace,
  options: PassphraseOptions
): Effect.Effect<OpenPlace | SetPlace, never, Scope.Scope> => {
  if ("error" in found) return Effect.succeed(found)
  return vaultFor(cli, library, found, options).pipe(
    Effect.map((open) => ({ ...found, ...open })),
    Effect.catchAll(orTell(cli, found, ""))
  )
}

/** Sends everything to a place and reads a song back from it. */
const sendTo = (cli: Cli, library: Library, open: OpenPlace | SetPlace): Effect.Effect<SetPlace> => {
  if (!("vault" in open)) return Effect.succeed(open)
  const { known, vault, place, label, invited } = open
  return Effect.gen(function* () {
    const { push, settleLine, settleLink } = yield* loadVault
    const settings = settingsFolder(cli.env)
    yield* cli.work((onProgress) => push(library, vault, known, { onProgress }))
    if (invited !== undefined) {
      yield* settleLine(settings, place)
      yield* settleLink(settings, invited.link)
    }
    return { place, label, name: known.name, proven: yield* readBack(library, vault) }
  }).pipe(Effect.catchAll(orTell(cli, { place, label }, known.name)))
}

const addProfiles = (library: Library, { when, copies }: SetupPlan, places: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { decodeProfile, saveProfile } = yield* loadScheduler
    const there = (yield* library.schedule.profiles).map(({ name }) => name)
    const keep = { hourly: 48, daily: 30, weekly: 52, monthly: 24 }
    const wanted = [
      { name: "hourly", when: [when], keep },
      ...(places.length === 0
        ? []
        : [{ name: "evening", when: [copies], places, keep, drill: { when: ["sundays 12:00"] } }])
    ].filter(({ name }) => !there.includes(name))
    const profiles = yield* Effect.forEach(wanted, (each) => attempt(() => decodeProfile(each)))
    yield* Effect.forEach(profiles, (profile) => saveProfile(library, profile), { discard: true })
    return profiles.map(({ name }) => name)
  })

/** `undefined` where it was not asked for; the lines that tell what did not work. */
const beginService = (cli: Cli, { service }: SetupPlan) =>
  service
    ? attempt(() => notStarted(startService(serviceToStart(cli)))).pipe(
        Effect.catchAll(({ message, recovery }) =>
          Effect.succeed([`  ${message.replace(/ Nothing was changed\.$/, "")}`, `    ${recovery}`])
        )
      )
    : Effect.succeed(undefined)

/** Adopts or makes the library, takes a backup, makes and fills the vaults, adds the profiles and starts the daemon. */
export const performSetup = (
  cli: Cli,
  plan: SetupPlan,
  options: PassphraseOptions
): Effect.Effect<SetupDone, CliFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const found = yield* Effect.forEach(plan.places, (each) => accepted(cli, each))
    const adopted = plan.app === undefined ? undefined : yield* adoptApp(cli, plan.app)
    const isNew = adopted === undefined && !existsSync(cli.path)
    if (isNew) yield* requireFolder(cli, cli.path)
    const back = isNew ? yield* comesBack(cli, found, options) : undefined
    if (isNew && back === undefined) {
      const { createLibrary } = yield* loadStore
      yield* createLibrary(cli.path)
    }
    const own = withLibrary(cli, adopted?.path ?? cli.path)
    const where = adopted === undefined ? [] : whereText(cli, adopted)
    const library = yield* own.open
    const backup = yield* cli.work((onProgress) =>
      library.backups.take({ description: "Before it was protected", skipIfUnchanged: true, onProgress })
    )
    const opened = yield* Effect.forEach(found, (place) => openPlace(own, library, place, options))
    const names = opened.flatMap((each) => ("vault" in each ? [each.known.name] : []))
    // Before everything is sent: profiles go along, so that the next computer is offered them.
    const profiles = yield* addProfiles(library, plan, names)
    const places = yield* Effect.forEach(opened, (each) => sendTo(own, library, each))
    return {
      path: own.path,
      adopted,
      broughtBack: back !== undefined,
      isWhole: back === undefined || back.damaged.length + back.problems.length === 0,
      songs: backup.songs,
      backup,
      places,
      profiles,
      notStarted: yield* beginService(own, plan),
      where
    }
  })
