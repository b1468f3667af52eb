/** The keys of sealed vaults: who may open them. */
import { existsSync } from "node:fs"
import * as path from "node:path"
import { merge, object } from "@optique/core/constructs"
import { FileExists, isWhiteRoomError, shellWord, utf8 } from "@white-room/core"
import type { SealedVault, Slot } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { define, family } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, file, one, text } from "../command/Options.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { newLock, recipientOption } from "../secret/NewLock.js"
import { passphraseOptions } from "../secret/Passphrase.js"
import { identityOption, unlockOptions } from "../secret/Unlock.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { rotateCommand } from "./rotateCommand.js"
import { followKeys, requireSealed, vaultArgument } from "./SealedVaults.js"

type Format = "text" | "html"

const formatOf = (target: string): Effect.Effect<Format, CliFailure> => {
  const extension = path.extname(target).toLowerCase()
  if (extension === ".txt") return Effect.succeed("text")
  if (extension === ".html") return Effect.succeed("html")
  return refusal(
    `A recovery kit is a .txt or an .html file, not ${printable(path.basename(target))}.`,
    "Name it kit.txt, which opens the vault as it is, or kit.html, to be printed."
  )
}

/** A key beside what it opens keeps nobody out. */
const checkTarget = (target: string, { blobs }: SealedVault): Effect.Effect<void, CliFailure> => {
  if (existsSync(target)) return Effect.fail(new FileExists({ file: target }))
  return target.startsWith(path.resolve(blobs.place) + path.sep)
    ? refusal(
        "A recovery kit in the vault would open it for everybody who can read it.",
        "Name a file elsewhere."
      )
    : Effect.void
}

async function* oneChunk(content: string): AsyncGenerator<Uint8Array> {
  yield utf8(content)
}

const exportCommand = define(
  "export",
  {
    brief: "Make a recovery kit: one page that opens the vault.",
    description:
      "For the day on which the passphrase is forgotten or the computer is gone. The kit has a key of its own, so it can be removed alone. As .txt it opens the vault with --identity; .html is to be printed, with a code to scan. Only you may read the file; keep it on paper or on a stick, not on this computer.",
    examples: [
      ["whiteroom key export cloud kit.html", "to print"],
      ["whiteroom clone s3://songs/anna --identity kit.txt", "brings everything back with it"]
    ]
  },
  () =>
    merge(
      object({ vault: vaultArgument(), target: argument(file("FILE"), "A new file: .txt or .html.") }),
      unlockOptions()
    ),
  ({ vault: name, target, ...options }, cli) =>
    Effect.gen(function* () {
      const format = yield* formatOf(target)
      const whole = path.resolve(target)
      const vault = yield* requireSealed(cli, name, options)
      yield* checkTarget(whole, vault)
      if (cli.dryRun)
        return cli.done<Outputs["key-export"]>(
          { vault: name, file: whole },
          () => `Would write a recovery kit into ${printable(whole)}. Nothing was changed.`
        )
      const { exportKit, removeSlot } = yield* loadVault
      const { writePrivateFile } = yield* Effect.promise(() => import("@white-room/store/transfer"))
      const kit = yield* exportKit(vault)
      const changed = yield* Effect.tryPromise({
        try: () => writePrivateFile(whole, oneChunk(kit[format])),
        catch: (error) => error
      }).pipe(
        Effect.as(kit.vault),
        // A kit that is nowhere must not have a key.
        Effect.tapError(() => removeSlot(kit.vault, kit.slot)),
        Effect.catchAll((error) => (isWhiteRoomError(error) ? Effect.fail(error) : Effect.die(error)))
      )
      yield* followKeys(cli, changed)
      return cli.done<Outputs["key-export"]>({ vault: name, file: whole, slot: kit.slot }, () =>
        [
          `Wrote a recovery kit for ${printable(name)} into ${printable(whole)} (key ${kit.slot}).`,
          "Anyone who has it can read the vault. Print it or put it on a stick, then delete it here."
        ].join("\n")
      )
    })
)

const listCommand = define(
  "list",
  { brief: "Who may open a vault." },
  () => merge(object({ vault: vaultArgument() }), unlockOptions()),
  ({ vault: name, ...options }, cli) =>
    Effect.gen(function* () {
      const { groupedFingerprint, listSlots } = yield* loadVault
      const vault = yield* requireSealed(cli, name, options)
      const { generation, slots, forked, passedOver } = yield* listSlots(vault)
      const { fingerprint } = vault.keyring
      const json: Outputs["key-list"] = {
        vaultId: vault.id,
        fingerprint,
        generation,
        forked,
        notTrusted: passedOver,
        keys: slots.map(({ slot, label, recipient, file: slotFile }) => ({
          slot,
          label,
          recipient,
          held: slotFile === null
        }))
      }
      const columns = [
        { header: "key" },
        { header: "what it is called", shrink: true },
        { header: "kept as" }
      ]
      return cli.out.show(json, () =>
        [
          cli.out.table(
            columns,
            slots.map((slot) => [
              slot.slot,
              printable(slot.label),
              slot.file === null ? "a key of a device or kit" : "locked, in the vault"
            ])
          ),
          `Fingerprint ${groupedFingerprint(fingerprint)}, changed ${count(generation - 1, "time")}.`,
          ...(forked
            ? [`Two devices changed the keys at once: whiteroom key rotate ${shellWord(name)}`]
            : []),
          ...passedOver.map((each) => `Not trusted: ${printable(each)}.`)
        ].join("\n")
      )
    })
)

const addCommand = define(
  "add",
  {
    brief: "Let another passphrase or another person open a vault.",
    description:
      "Asks for a new passphrase twice, or takes it from the usual options; with --recipient it is for the person who has that age identity. The vault is opened with the key of this device, or with --identity.",
    examples: [
      ["whiteroom key add cloud --label Ada", "a passphrase for Ada"],
      ["whiteroom key add cloud --recipient age1…", "for an age identity"]
    ]
  },
  () =>
    merge(
      object({
        vault: vaultArgument(),
        recipient: recipientOption("Whom it is for, in place of a passphrase: age1…"),
        label: one("--label", text("TEXT"), "What the key is called in whiteroom key list."),
        identity: identityOption()
      }),
      passphraseOptions()
    ),
  ({ vault: name, label, identity, ...options }, cli) =>
    Effect.gen(function* () {
      const { addSlot } = yield* loadVault
      const vault = yield* requireSealed(cli, name, { identity })
      if (cli.dryRun)
        return cli.done<Outputs["key-add"]>(
          { vault: name },
          () => `Would add a key to ${printable(name)}. Nothing was changed.`
        )
      const lock = yield* newLock(cli, options)
      const called = label ?? lock.label
      const added = yield* addSlot(vault, { ...lock, label: called })
      yield* followKeys(cli, added.vault)
      return cli.done<Outputs["key-add"]>(
        { vault: name, slot: added.slot.slot },
        () => `Added the key ${added.slot.slot} (${printable(called)}) to ${printable(name)}.`
      )
    })
)

const findSlot = (
  { keyring }: SealedVault,
  vault: string,
  wanted: string
): Effect.Effect<Slot, CliFailure> => {
  const [found, ...others] = keyring.slots.filter(
    ({ slot, label }) => label === wanted || (wanted !== "" && slot.startsWith(wanted))
  )
  return found === undefined || others.length > 0
    ? refusal(
        `${printable(vault)} has ${found === undefined ? "no key" : "several keys"} ${printable(wanted)}.`,
        `whiteroom key list ${shellWord(vault)} shows them.`
      )
    : Effect.succeed(found)
}

const removeCommand = define(
  "remove",
  {
    brief: "Take a key away.",
    description:
      "It opens nothing that is sent afterwards. What was copied before it was removed it opens for ever, so change what must not be known. The last key cannot be removed."
  },
  () =>
    merge(
      object({
        vault: vaultArgument(),
        slot: argument(text("KEY"), "A key of whiteroom key list, how it begins, or what it is called.")
      }),
      unlockOptions()
    ),
  ({ vault: name, slot: wanted, ...options }, cli) =>
    Effect.gen(function* () {
      const { removeSlot } = yield* loadVault
      const vault = yield* requireSealed(cli, name, options)
      const { slot, label } = yield* findSlot(vault, name, wanted)
      const what = `the key ${slot} (${printable(label)}) from ${printable(name)}`
      if (cli.dryRun)
        return cli.done<Outputs["key-remove"]>(
          { vault: name, slot },
          () => `Would remove ${what}. Nothing was changed.`
        )
      yield* cli.confirm(`Remove ${what}?`, `Removing ${what}`)
      const isKept = yield* Effect.flatMap(removeSlot(vault, slot), (changed) => followKeys(cli, changed))
      return cli.done<Outputs["key-remove"]>({ vault: name, slot }, () =>
        [
          `Removed ${what}.`,
          ...(isKept ? [] : ["This device keeps no key of it now: it asks for the passphrase."])
        ].join("\n")
      )
    })
)

export const keyCommand = family(
  "key",
  {
    brief: "The keys of sealed vaults: recovery kits, passphrases, devices.",
    question: "Say what to do with keys",
    alias: "keys"
  },
  [exportCommand, listCommand, rotateCommand, addCommand, removeCommand]
)
