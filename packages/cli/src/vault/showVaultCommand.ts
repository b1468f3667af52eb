import { existsSync } from "node:fs"
import { merge, object } from "@optique/core/constructs"
import { formatBackupSize } from "@white-room/core"
import type { Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, text } from "../command/Options.js"
import type { CliFailure } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { unlockOptions } from "../secret/Unlock.js"
import { requireVault } from "../select/PlaceFrom.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { exactTime } from "../terminal/Time.js"
import { differenceText } from "./differenceText.js"

/** How the devices that pushed there differ from this library; without one nothing does. */
const differencesIn = (cli: Cli, vault: Vault) =>
  existsSync(cli.path)
    ? Effect.gen(function* () {
        const { noticeDevices, vaultRecords } = yield* loadVault
        const library = yield* cli.open
        const known = (yield* vaultRecords(library).all).find(({ vaultId }) => vaultId === vault.id)
        return yield* noticeDevices(library, vault, known, { again: true })
      }).pipe(
        Effect.catchAll((error: CliFailure) =>
          Effect.sync(() => {
            cli.out.message(`How devices differ could not be found out: ${error.message}`)
            return []
          })
        )
      )
    : Effect.succeed([])

const showVault = (cli: Cli, vault: Vault) =>
  Effect.gen(function* () {
    const differing = yield* differencesIn(cli, vault)
    const { isSealed, lastArrival, startedLines } = yield* loadVault
    const lines = yield* startedLines(vault)
    const detail = [...new Set(lines.map(({ library }) => library))].map((libraryId) => ({
      libraryId,
      lines: lines
        .filter(({ library }) => library === libraryId)
        .map(({ line, segments, start }) => {
          const arrived = lastArrival({ segments })
          return {
            line,
            device: start.device,
            parent: start.parent?.line ?? null,
            segments: segments.length,
            bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
            position: Math.max(0, ...segments.map(({ last }) => last)),
            ...(arrived > 0 && { lastArrival: new Date(arrived).toISOString() })
          }
        })
    }))
    const json: Outputs["vault-show"] = {
      vaultId: vault.id,
      place: vault.blobs.place,
      sealed: isSealed(vault),
      libraries: detail,
      differing
    }
    return cli.out.show(json, () =>
      [
        `Vault ${vault.id.slice(0, 8)} at ${printable(vault.blobs.place)}, ${json.sealed ? "sealed" : "not sealed"}`,
        ...detail.flatMap(({ libraryId, lines: of }) => [
          `Library ${libraryId.slice(0, 8)}`,
          ...of.map(
            (line) =>
              `  line ${line.line.slice(0, 8)} of ${printable(line.device)}: to @${line.position}, ${count(line.segments, "segment")}, ${formatBackupSize(line.bytes)}${line.lastArrival === undefined ? "" : `, last ${exactTime(new Date(line.lastArrival))}`}`
          )
        ]),
        ...differing.map((each) => `${printable(differenceText(each))}. whiteroom pull brings them together.`)
      ].join("\n")
    )
  })

export const showVaultCommand = define(
  "show",
  { brief: "What a vault holds: libraries, and the line of each device." },
  () =>
    merge(
      object({ vault: argument(text("VAULT"), "A name of whiteroom vault list, or a place.") }),
      unlockOptions()
    ),
  ({ vault, ...options }, cli) =>
    Effect.flatMap(requireVault(cli, vault, options), (found) => showVault(cli, found))
)
