/** What lies in a folder of bundles, or in one, as people see it. */
import { basename } from "node:path"
import { formatBackupSize } from "@white-room/core"
import { backupJson } from "@white-room/core/output"
import type { BundleChain, BundleListing } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { loadStore } from "../command/Load.js"
import type { Outputs } from "../schema/outputs.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { exactTime } from "../terminal/Time.js"
import { backupTable } from "./BackupText.js"

const filesText = ({ libraryId, files, missing }: BundleChain): string => {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const together = files.length === 1 ? "It stands on its own." : "They belong together."
  return [
    `${count(files.length, "file")} of the library ${printable(libraryId.slice(0, 8))}, ${formatBackupSize(bytes)}. ${together}`,
    ...files.map((file) => `  ${printable(basename(file.path))}  ${exactTime(file.writtenAt)}`),
    ...missing.map((file) => `  ${printable(file)}  is missing: what builds on it cannot be restored in full`)
  ].join("\n")
}

const screen = (cli: Cli, { chains, unusable }: BundleListing): string =>
  [
    ...chains.map((chain) =>
      [...(chain.backups.length === 0 ? [] : [backupTable(cli, chain.backups)]), filesText(chain)].join("\n")
    ),
    ...unusable.map(({ path, reason }) => `${printable(basename(path))} cannot be used: ${printable(reason)}`)
  ].join("\n\n")

const chainJson = ({ libraryId, files, backups, missing }: BundleChain): Outputs["list-bundles"][number] => ({
  libraryId,
  files: files.map(({ path, bytes, writtenAt }) => ({ path, bytes, writtenAt: writtenAt.toISOString() })),
  backups: backups.map(({ file, ...backup }) => ({ ...backupJson(backup), file })),
  missing
})

/** `list --from`. */
export const listBundles = (cli: Cli, place: string) =>
  Effect.gen(function* () {
    const { readBundles } = yield* loadStore
    const found = yield* readBundles(place)
    return cli.out.list(found.chains.map(chainJson), () => screen(cli, found), "No backups.")
  })
