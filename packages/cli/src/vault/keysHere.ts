import type { KeysHere } from "@white-room/server"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { loadTransfer, loadVault } from "../command/Load.js"
import { refusal } from "../error/CliError.js"
import { openingOf } from "../secret/Unlock.js"
import { settingsFolder } from "../settings/Environment.js"
import { printable } from "../terminal/Harmless.js"
import { followKeys } from "./SealedVaults.js"

/** The secrets in a recovery kit, as text or as a page. */
const identitiesIn = (kit: string): ReadonlyArray<string> => [
  ...new Set(kit.match(/AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]+/g) ?? [])
]

/** A name as a part of the name of a file. */
const asFile = (name: string): string =>
  name
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40) || "vault"

/** The keys of the sealed vaults of a library for its pages: by the same calls as `key`, with the key that this computer keeps. */
export const keysHere = (library: Library, cli: Cli): KeysHere => {
  const all = Effect.flatMap(loadTransfer, ({ vaultRecords }) => vaultRecords(library).all)

  /** A vault that the library has, however it is opened. */
  const opened = (name: string, identities?: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const { isSealed, openKnown } = yield* loadVault
      const known = (yield* all).find((each) => each.name === name)
      if (known === undefined)
        return yield* refusal(
          `The library has no vault ${printable(name)}.`,
          "whiteroom vault list shows its vaults."
        )
      const keys = identities === undefined ? {} : { keys: { identities } }
      const vault = yield* openKnown(known, { ...openingOf(cli), ...keys })
      return isSealed(vault)
        ? vault
        : yield* refusal(`The vault ${printable(name)} is not sealed: it has no keys.`, "It needs no kit.")
    })

  return {
    list: Effect.gen(function* () {
      const { readFacts } = yield* loadVault
      const found = yield* Effect.forEach(yield* all, ({ name, vaultId }) =>
        // What cannot be read of it is told when it is opened.
        Effect.map(
          Effect.orElseSucceed(readFacts(settingsFolder(cli.env), vaultId), () => undefined),
          (facts) => (facts?.sealed === true ? [{ name, hasKit: facts.hasKit ?? null }] : [])
        )
      )
      return found.flat()
    }),
    read: (name) =>
      Effect.gen(function* () {
        const { groupedFingerprint, listSlots } = yield* loadVault
        const vault = yield* opened(name)
        const { generation, slots, forked } = yield* listSlots(vault)
        const fingerprint = groupedFingerprint(vault.keyring.fingerprint)
        const keys = slots.map(({ slot, label, file }) => ({ slot, label, held: file === null }))
        return { name, fingerprint, generation, keys, forked }
      }),
    makeKit: (name) =>
      Effect.gen(function* () {
        const { exportKit } = yield* loadVault
        const { html, slot, vault } = yield* exportKit(yield* opened(name))
        yield* followKeys(cli, vault)
        return { slot, fileName: `recovery-kit-${asFile(name)}.html`, html }
      }),
    testKit: (name, kit) =>
      Effect.gen(function* () {
        const { groupedFingerprint } = yield* loadVault
        const identities = identitiesIn(kit)
        if (identities.length === 0)
          return yield* refusal(
            "That is not a recovery kit: no key stands in it.",
            "Choose the file that was saved when the kit was made."
          )
        const { keyring } = yield* Effect.catchTag(opened(name, identities), "NoMatchingIdentity", () =>
          refusal(
            `This kit does not open ${printable(name)}: it is of another vault, or its key was taken away.`,
            "Make another kit."
          )
        )
        return { fingerprint: groupedFingerprint(keyring.fingerprint) }
      })
  }
}
