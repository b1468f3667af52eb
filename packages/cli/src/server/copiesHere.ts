import type { Copies, CopiesHere, Copy } from "@white-room/server"
import type { Library } from "@white-room/store"
import type { KnownVault, Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { Cli } from "../command/Cli.js"
import { loadVault } from "../command/Load.js"
import { type CliFailure, failureOf, refusal } from "../error/CliError.js"
import { deviceLabel, keepKeyHere, openingOf } from "../secret/Unlock.js"
import { lookElsewhere } from "../settings/FindVaults.js"
import { usefulPlaces } from "../setup/Found.js"

/** A vault to be copied to: one that the library has, or a new one. */
interface Goal {
  readonly name: string
  readonly open: Effect.Effect<{ readonly known: KnownVault; readonly vault: Vault }, CliFailure>
}

export interface Copying {
  readonly here: CopiesHere
  /** Waits for what is being copied. */
  readonly settled: Effect.Effect<void>
}

/**
 * Copies of a library for its pages: a backup where something changed, and then what each place lacks, as `backup --skip-if-unchanged` and `push`
 * do it. A place that fails stops no other. One that is killed is made up for by the next, which begins where it was.
 */
export const copiesHere = (library: Library, cli: Cli): Effect.Effect<Copying, never, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    let copies: ReadonlyArray<Copy> = []
    let isRunning = false
    let last: Fiber.Fiber<void> | undefined

    const change = (name: string, part: Partial<Copy>): void => {
      copies = copies.map((copy) => (copy.name === name ? { ...copy, ...part } : copy))
    }

    const vaults = Effect.flatMap(loadVault, ({ vaultRecords }) => vaultRecords(library).all)

    const offered = Effect.gen(function* () {
      const { knownDestination } = yield* loadVault
      const known = yield* vaults
      const { places } = yield* Effect.promise(lookElsewhere)
      return (yield* usefulPlaces(places, cli.path))
        .filter(({ place }) => knownDestination(known, place) === undefined)
        .map(({ place, label }) => ({ place, label }))
    })

    const read: CopiesHere["read"] = Effect.gen(function* () {
      const names = (yield* vaults).map(({ name }) => name)
      // Meanwhile nothing else can be begun, and it is asked often.
      const others = isRunning ? [] : yield* offered
      return { isRunning, copies, vaults: names, offered: others } satisfies Copies
    })

    const copyTo = (goal: Goal) => {
      let { name } = goal
      return Effect.gen(function* () {
        const { noticeDevices, push } = yield* loadVault
        change(name, { state: "running" })
        const opened = yield* goal.open
        const { known } = opened
        // A new place is called as its vault is from now on.
        change(name, { name: known.name })
        name = known.name
        const vault = yield* keepKeyHere(cli, opened.vault)
        const onProgress = ({ done, total }: { readonly done: number; readonly total: number }) =>
          change(name, { done, total })
        const { damaged } = yield* push(library, vault, known, { onProgress })
        yield* Effect.ignore(noticeDevices(library, vault, known))
        if (damaged.length > 0)
          return yield* refusal(
            `Something here is damaged, and so is not there: ${damaged.length} of its parts.`,
            "whiteroom check names it, and mends what it can."
          )
        change(name, { state: "done" })
      }).pipe(
        Effect.catchAll((error: CliFailure) =>
          Effect.sync(() => {
            const { message, recovery } = failureOf(error)
            change(name, { state: "failed", detail: message, recovery })
          })
        )
      )
    }

    const copyAll = (goals: ReadonlyArray<Goal>) =>
      library.backups.take({ description: "", skipIfUnchanged: true }).pipe(
        Effect.matchEffect({
          // What there is can be copied all the same, but it is not what was asked for.
          onFailure: ({ message, recovery }) =>
            Effect.sync(() => {
              for (const { name } of goals) change(name, { state: "failed", detail: message, recovery })
            }),
          onSuccess: () => Effect.forEach(goals, copyTo, { discard: true })
        }),
        Effect.ensuring(
          Effect.sync(() => {
            isRunning = false
          })
        )
      )

    const goalsFor = (place: string | undefined) =>
      Effect.gen(function* () {
        const { openDestination, openKnown } = yield* loadVault
        const known = yield* vaults
        if (place === undefined)
          return known.map(
            (vault): Goal => ({
              name: vault.name,
              open: Effect.map(openKnown(vault, openingOf(cli)), (opened) => ({
                known: vault,
                vault: opened
              }))
            })
          )
        // A page names a place and no other folder of this computer.
        const found = (yield* offered).find((each) => each.place === place)
        if (found === undefined)
          return yield* refusal(
            "That place is not there any more.",
            "Plug the disk in again; what is there is offered."
          )
        const options = { ...openingOf(cli), device: deviceLabel() }
        return [{ name: found.label, open: openDestination(library, found.place, options) } satisfies Goal]
      })

    const begin: CopiesHere["begin"] = (place) =>
      Effect.gen(function* () {
        if (isRunning) return yield* read
        const goals = yield* goalsFor(place)
        if (goals.length === 0)
          return yield* refusal(
            "There is no place to copy to yet.",
            "Plug in a disk, or in a terminal: whiteroom vault add NAME PLACE"
          )
        // Two that ask at once: the second finds the first.
        if (isRunning) return yield* read
        isRunning = true
        copies = goals.map(({ name }) => ({
          ...{ name, state: "waiting", done: 0, total: 0 },
          ...{ detail: null, recovery: null }
        }))
        last = yield* Effect.forkIn(copyAll(goals), scope)
        return yield* read
      })

    const settled = Effect.suspend(() => (last === undefined ? Effect.void : Fiber.await(last)))
    return { here: { read, begin }, settled: Effect.asVoid(settled) }
  })
