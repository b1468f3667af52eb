import { merge, object } from "@optique/core/constructs"
import { shellWord } from "@white-room/core"
import type { KnownVault, VaultFile } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { define, family } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, flag, text } from "../command/Options.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { recipientOption } from "../secret/NewLock.js"
import { openingOf, unlockOptions } from "../secret/Unlock.js"
import { settingsFolder } from "../settings/Environment.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { ago } from "../terminal/Time.js"
import { addOrJoin, type SealWish } from "./AddOrJoin.js"
import { bucketOptions, placeWith } from "./BucketOptions.js"
import { policyCommand } from "./policyCommand.js"
import { showVaultCommand } from "./showVaultCommand.js"
import { upkeepCommand } from "./upkeepCommand.js"

const nameArgument = () => argument(text("NAME"), "What you call the vault, such as studio.")

/** A vault stays what it was made as. */
const checkWish = (
  place: string,
  there: VaultFile | undefined,
  { seal, plain, recipient }: SealWish
): Effect.Effect<void, CliFailure> => {
  if (plain && (seal || recipient !== undefined))
    return refusal(`--plain and ${seal ? "--seal" : "--recipient"} are opposites.`, "Say one of them.")
  if (there?.kind === "sealed" && recipient !== undefined)
    return refusal(
      `The vault at ${printable(place)} has its keys already.`,
      "Leave --recipient out to join it; whiteroom key add gives it another key."
    )
  if (there?.kind === "plain" && (seal || recipient !== undefined))
    return refusal(
      `At ${printable(place)} lies a vault that is not sealed, and it cannot become so.`,
      "Make a sealed one in another folder, or leave it unsealed."
    )
  return there?.kind === "sealed" && plain
    ? refusal(`The vault at ${printable(place)} is sealed.`, "Leave --plain out to join it.")
    : Effect.void
}

const addedText = (
  name: string,
  { isNew, known, sealed }: { isNew: boolean; known: KnownVault; sealed: boolean }
) =>
  [
    `${isNew ? "Made" : "Joined"} the vault ${printable(name)} at ${printable(known.place)}.`,
    ...(sealed
      ? [
          "It is sealed: nobody reads it without its passphrase or another of its keys. This device keeps a key of its own.",
          ...(isNew
            ? [
                `Without a key nobody can help you. Make a recovery kit: whiteroom key export ${shellWord(name)} kit.html`
              ]
            : [])
        ]
      : ["It is not sealed: anyone who can read that place can read the songs."]),
    `Next: whiteroom push ${shellWord(name)}`
  ].join("\n")

const addCommand = define(
  "add",
  {
    brief: "Make a vault at a place, or join the one that is there.",
    description:
      "PLACE is a folder that exists (another disk, a NAS, a synced folder), where the vault gets a folder of its own, or a bucket: s3://bucket/prefix. Keys of buckets come from the usual AWS variables and files, never from here. A sealed vault shows nobody without its passphrase more than names and sizes; this device keeps a key of its own beside the settings, so that push and the daemon do not ask.",
    examples: [
      ["whiteroom vault add studio /media/studio-ssd", "a disk"],
      ["whiteroom vault add dropbox ~/Dropbox --seal", "sealed; asks for a new passphrase"],
      ["whiteroom vault add nas /mnt/nas --recipient age1…", "sealed for an age identity; asks nothing"],
      ["whiteroom vault add cloud s3://songs/anna --endpoint https://s3.example", "a bucket, sealed"],
      ["whiteroom push", "sends what they lack"]
    ]
  },
  () =>
    merge(
      object({
        name: nameArgument(),
        place: argument(text("PLACE"), "A folder, or s3://bucket/prefix."),
        seal: flag("--seal", "Seal a new vault with a passphrase. Buckets are sealed by default."),
        recipient: recipientOption(
          "Seal a new vault for the person who has this age identity, in place of a passphrase: age1…"
        ),
        plain: flag("--plain", "Do not seal it. Folders are plain by default.")
      }),
      bucketOptions(),
      unlockOptions()
    ),
  ({ name, place, endpoint, region, ...options }, cli) =>
    Effect.gen(function* () {
      const whole = yield* placeWith(place, { endpoint, region })
      const { isSealed, vaultFileAt } = yield* loadVault
      yield* cli.open
      if (cli.dryRun)
        return cli.done<Outputs["vault-add"]>(
          { name, place },
          () => `Would add the vault ${printable(name)} at ${printable(place)}. Nothing was changed.`
        )
      const there = yield* vaultFileAt(whole, openingOf(cli))
      yield* checkWish(place, there, options)
      const { vault, known, isNew } = yield* addOrJoin(cli, name, whole, options, there !== undefined)
      const sealed = isSealed(vault)
      return cli.done<Outputs["vault-add"]>(
        { name, place: known.place, vaultId: known.vaultId, isNew, sealed },
        () => addedText(name, { isNew, known, sealed })
      )
    })
)

const knownJson =
  (head: number) =>
  (known: KnownVault): Outputs["vault-list"][number] => ({
    name: known.name,
    place: known.place,
    vaultId: known.vaultId,
    position: known.pushed.position,
    behind: Math.max(0, head - known.pushed.position),
    ...(known.pushedAt > 0 && { pushedAt: new Date(known.pushedAt).toISOString() })
  })

const listCommand = define(
  "list",
  { brief: "The vaults that this library knows, and what they lack." },
  () => object({}),
  (_, cli) =>
    Effect.gen(function* () {
      const { vaultRecords } = yield* loadVault
      const library = yield* cli.open
      const all = yield* vaultRecords(library).all
      const { position } = yield* library.log.head
      const rows = all.map(({ name, place, pushed, pushedAt }) => [
        name,
        pushedAt === 0 ? "never" : ago(new Date(pushedAt), cli.now()),
        count(Math.max(0, position - pushed.position), "event"),
        place
      ])
      const columns = [
        { header: "name" },
        { header: "pushed" },
        { header: "lacks" },
        { header: "place", shrink: true }
      ]
      return cli.out.list(
        all.map(knownJson(position)),
        () => cli.out.table(columns, rows),
        "No vaults yet: whiteroom vault add NAME PLACE"
      )
    })
)

const removeCommand = define(
  "remove",
  {
    brief: "Forget a vault here. What is there stays.",
    description:
      "The key that this device keeps of a sealed one stays too, as other libraries may need it: whiteroom key remove takes it away."
  },
  () => object({ name: nameArgument() }),
  ({ name }, cli) =>
    Effect.gen(function* () {
      const { forgetFacts, knownVault, vaultRecords } = yield* loadVault
      const library = yield* cli.open
      const { place, vaultId } = yield* knownVault(library, name)
      if (!cli.dryRun) {
        yield* vaultRecords(library).forget(name)
        yield* forgetFacts(settingsFolder(cli.env), vaultId)
      }
      return cli.done<Outputs["vault-remove"]>({ name }, () =>
        cli.dryRun
          ? `Would forget the vault ${printable(name)}. Nothing was changed.`
          : `Forgot the vault ${printable(name)}. What is at ${printable(place)} stays there.`
      )
    })
)

export const vaultCommand = family(
  "vault",
  {
    brief: "Other places for the library: disks, synced folders, buckets.",
    question: "Say what to do with vaults",
    alias: "vaults"
  },
  [addCommand, listCommand, showVaultCommand, policyCommand, upkeepCommand, removeCommand]
)
