import { merge, object } from "@optique/core/constructs"
import type { Policy } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { define } from "../command/Define.js"
import { defined } from "../command/defined.js"
import { loadVault } from "../command/Load.js"
import { argument, number, one, text } from "../command/Options.js"
import { openIfThere } from "../command/openIfThere.js"
import type { Outputs } from "../schema/outputs.js"
import { unlockOptions } from "../secret/Unlock.js"
import { requireVault } from "../select/PlaceFrom.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"

const words = (name: string, { keepEdits, graceDays }: Policy): ReadonlyArray<string> => [
  `${printable(name)} keeps the last state, every backup of its libraries, and`,
  `- every version for ${count(Math.max(keepEdits, graceDays), "day")} after it was replaced`,
  `- what a library forgot for ${count(graceDays, "day")} more`
]

export const policyCommand = define(
  "policy",
  {
    brief: "What a vault keeps, and for how long.",
    description:
      "Shows it, or changes it for everybody who uses the vault. Times count from the arrival at the place. It lets go of nothing by itself: whiteroom vault upkeep and the daemon do. Asks before it keeps less.",
    examples: [["whiteroom vault policy studio --keep-edits 365", "every version for a year"]]
  },
  () =>
    merge(
      object({
        vault: argument(text("VAULT"), "A name of whiteroom vault list, or a place."),
        keepEdits: one(
          "--keep-edits",
          number("DAYS", 0, 36_500),
          "Keep versions that nothing else holds for so long. Default 90."
        ),
        graceDays: one(
          "--grace-days",
          number("DAYS", 0, 36_500),
          "Keep what a library forgot for so long. Default 30."
        )
      }),
      unlockOptions()
    ),
  ({ vault: name, keepEdits, graceDays, ...options }, cli) =>
    Effect.gen(function* () {
      const { defaultPolicy, readPolicy, readPolicyFor, writePolicy } = yield* loadVault
      const vault = yield* requireVault(cli, name, options)
      const isAsked = keepEdits !== undefined && graceDays !== undefined
      const library = yield* openIfThere(cli)
      const read = library === undefined ? readPolicy(vault) : readPolicyFor(library, vault, cli.dryRun)
      const before = yield* read.pipe(
        // A policy that is damaged is replaced by one that is said in full.
        Effect.catchTag("VaultDamaged", (error) => (isAsked ? Effect.succeed(undefined) : Effect.fail(error)))
      )
      const policy = { ...(before ?? defaultPolicy), ...defined({ keepEdits, graceDays }) }
      const isChanged = policy.keepEdits !== before?.keepEdits || policy.graceDays !== before.graceDays
      const isLess =
        before !== undefined && (policy.keepEdits < before.keepEdits || policy.graceDays < before.graceDays)
      if (isLess && !cli.dryRun) {
        cli.out.message(["From the next upkeep on,", ...words(name, policy)].join("\n"))
        yield* cli.confirm(`Keep less in ${printable(name)}?`, `Keeping less in ${printable(name)}`)
      }
      if (isChanged && !cli.dryRun) yield* writePolicy(vault, policy, library)
      return cli.done<Outputs["vault-policy"]>({ vault: name, ...policy }, () =>
        [
          ...(isChanged && cli.dryRun ? ["Would be:"] : []),
          ...words(name, policy),
          ...(isChanged && cli.dryRun ? ["Nothing was changed."] : [])
        ].join("\n")
      )
    })
)
