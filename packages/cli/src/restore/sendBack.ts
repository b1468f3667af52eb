/** `restore -l PLACE/LIBRARY`: what is to come back is said here, and brought by the device that is the home of the library. */
import { changesOf, ExitCode, type PlannedRestore, toHex } from "@white-room/core"
import type { Library } from "@white-room/store"
import type { LineEnd, SentRestore, ServerRestores } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli, OnServer } from "../command/Cli.js"
import { loadTransfer, loadVault } from "../command/Load.js"
import { CliError, type CliFailure, refusal } from "../error/CliError.js"
import { itemsShown } from "../plan/PlanText.js"
import type { Outputs } from "../schema/outputs.js"
import { openingOf } from "../secret/Unlock.js"
import { printable } from "../terminal/Harmless.js"
import { nameList } from "../terminal/Text.js"
import type { RestoreWish } from "./checkWish.js"
import { chooseParts } from "./chooseParts.js"
import { type Chosen, chooseSource } from "./chooseSource.js"
import { previewJson } from "./previewJson.js"
import { showPlan } from "./Steps.js"

interface Sending {
  readonly device: string | undefined
  /** Seconds. */
  readonly wait: number | undefined
}

/** What a device makes its own plan of. */
const checkSending = (wish: RestoreWish): Effect.Effect<void, CliFailure> => {
  if (wish.from !== undefined)
    return refusal("A device is sent what is in its own history.", "Leave --from out.")
  if (wish.mode === "exact" || wish.kinds.length > 0 || wish.fields.length > 0 || wish.withoutSong)
    return refusal(
      "A device is sent single songs, performances or preferences.",
      "Name them with --song or --performance, and leave the other options out."
    )
  if (wish.savePlan !== undefined) return refusal("The device makes the plan.", "Leave --save-plan out.")
  const isOfParts = wish.parts.length > 0 && wish.onConflict !== "ask"
  if (wish.onConflict !== undefined && wish.onConflict !== "replace" && !isOfParts)
    return refusal(
      "A device takes copies, or replaces.",
      "Leave --on-conflict out for a copy, or say --on-conflict replace."
    )
  return Effect.void
}

/** Whether a device, `anna@macbook`, is called so: by the whole, or by its computer. */
const isCalled = (device: string, wanted: string): boolean =>
  [device, device.split("@").at(-1) ?? ""].some((name) => name.toLowerCase() === wanted.toLowerCase())

/** The line of a device, by its name. */
const lineOf = (devices: ReadonlyArray<LineEnd>, wanted: string | undefined) => {
  if (wanted === undefined) return Effect.succeed(undefined)
  const [found, ...others] = devices.filter(({ device }) => isCalled(device, wanted))
  return found !== undefined && others.length === 0
    ? Effect.succeed(found.line)
    : refusal(
        `${found === undefined ? "No device" : "More than one device"} of this library is called ${printable(wanted)}.`,
        `Its devices: ${devices.map(({ device }) => printable(device)).join(", ")}.`
      )
}

/** The state, as every device of the library finds it in its own log. */
const pointsOf = (library: Library, { source }: Chosen) =>
  Effect.gen(function* () {
    const { lookAt } = yield* loadTransfer
    if (source.backup?.trigger === "imported")
      return yield* refusal(
        `${source.name} came from elsewhere and stands in no log.`,
        "Restore it where the library is."
      )
    const found = yield* lookAt(library, ({ chainHashAt, head }) => ({
      hash: chainHashAt(source.position),
      head
    }))
    if (found.hash === undefined)
      return yield* refusal(`The log does not reach ${source.name}.`, "Choose another state.")
    const seen = { position: found.head.position, chainHash: toHex(found.head.chainHash) }
    return { position: source.position, chainHash: toHex(found.hash), seen }
  })

const over = new Set(["applied", "refused", "failed", "cancelled", "undone"])

/** Seconds between two looks at a restore that is waited for. */
const lookEvery = 1

/** Looks again and again until it has ended, or the time is over. */
const waitFor = (restores: ServerRestores, restore: SentRestore, seconds: number) =>
  Effect.gen(function* () {
    let now = restore
    for (let waited = 0; waited < seconds && !over.has(now.state); waited += lookEvery) {
      yield* Effect.sleep(`${lookEvery} seconds`)
      now = yield* Effect.orElseSucceed(restores.read(restore.id), () => now)
    }
    return now
  })

const why: ReadonlyMap<string, string> = new Map([
  ["NotWanted", "its owner does not want it"],
  ["AnotherHistory", "its history is another one"],
  ["NotKept", "it does not keep that version any more"],
  ["Expired", "it was not on in time"]
])

const stateText = ({ state, home, device, reason = "", mode }: SentRestore, to: string): string => {
  const where = printable(device?.name || to)
  if (home === "server" && state === "applied") return "It is there: the server brought it back."
  switch (state) {
    case "applied":
      return `It is there: ${where} brought it back. Taking it back is done there: whiteroom undo.`
    case "heard":
      return mode === "replace"
        ? `${where} has heard of it. Its owner is asked there: whiteroom inbox.`
        : `${where} has heard of it.`
    case "waiting":
      return `It waits for ${where}, 30 days at most.`
    case "cancelled":
      return "It was cancelled."
    default:
      return `${where} did not take it: ${why.get(reason) ?? "it could not be brought back there"}.`
  }
}

const finished = (cli: Cli, server: OnServer, restore: SentRestore, to: string, isWaiting: boolean) => {
  const text = stateText(restore, to)
  if (["refused", "failed", "cancelled"].includes(restore.state))
    return new CliError({
      ...{ _tag: "RestoreNotTaken", code: ExitCode.refused, message: text },
      recovery: "Ask the person whose library it is."
    })
  cli.done<Outputs["restore-sent"]>({ library: server.name, restore }, () => text)
  return Effect.succeed(isWaiting && restore.state !== "applied" ? ExitCode.partial : ExitCode.done)
}

const preview = (cli: Cli, server: OnServer, library: Library, plan: PlannedRestore) =>
  Effect.gen(function* () {
    const changes = yield* changesOf(library, plan, cli.out.json ? plan.items.length : itemsShown(cli))
    return cli.done<Outputs["restore-sent"]>(
      { library: server.name, preview: previewJson(plan, changes) },
      () => "Nothing was sent."
    )
  })

export const sendBack = (cli: Cli, server: OnServer, wish: RestoreWish, { device, wait }: Sending) =>
  Effect.gen(function* () {
    yield* checkSending(wish)
    const { lineEnds, serverRestores, vaultAt } = yield* loadVault
    const library = yield* cli.open
    const chosen = yield* chooseSource(cli, library, wish)
    const { source, only } = chosen
    if (only === undefined)
      return yield* refusal(
        "A device is sent what is named.",
        'Name it with --song or --performance, such as --song "Night*".'
      )
    // Parts are of what is there: a copy has all of them.
    const decisions = yield* chooseParts(library, wish, chosen)
    const mode = wish.onConflict === "replace" || decisions !== undefined ? "replace" : "copy"
    const points = yield* pointsOf(library, chosen)
    const options = mode === "copy" ? { only, asCopy: true } : { only, decisions }
    const plan = yield* library.backups.plan(`@${points.position}`, options)
    yield* showPlan(cli, library, source, plan)
    if (cli.dryRun) return yield* preview(cli, server, library, plan)
    const devices = yield* Effect.flatMap(vaultAt(server.place, openingOf(cli)), lineEnds)
    const to = device ?? (devices[0]?.device || "the device that pushes it")
    const line = yield* lineOf(devices, device)
    const names = nameList(
      plan.items.map(({ name, id, copyOf }) => name || copyOf || id),
      4
    )
    yield* cli.confirm(
      mode === "copy"
        ? `Send ${names} to ${printable(to)}, beside what is there?`
        : `Ask on ${printable(to)} whether ${decisions === undefined ? names : `parts of ${names}`} may be replaced?`,
      "Sending a restore"
    )
    const restores = yield* serverRestores(server.place, openingOf(cli))
    const sent = yield* restores.send({ ...points, only, mode, decisions, device: line })
    if (wait === undefined) return yield* finished(cli, server, sent, to, false)
    cli.out.message(stateText(sent, to))
    return yield* finished(cli, server, yield* waitFor(restores, sent, wait), to, true)
  })
