/** `song export` and `performance export`: documents as files, byte for byte, never over a file that is there. */
import * as fs from "node:fs"
import * as path from "node:path"
import { ExitCode, fileErrorReason, formatBackupSize, isWhiteRoomError, safeFileName } from "@white-room/core"
import type { FileProblem } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { loadStore } from "../command/Load.js"
import { requireFolder } from "../command/requireFolder.js"
import { badUsage, type CliFailure } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import type { Named } from "../select/Names.js"
import { count } from "../terminal/Text.js"

export interface ExportOptions {
  readonly to: string
  readonly force: boolean
}

interface Exported {
  readonly id: string
  readonly name: string
  readonly file: string
  readonly size: number
}

const makeFolder = (folder: string) =>
  Effect.try({
    try: () => {
      if (!fs.existsSync(folder)) fs.mkdirSync(folder, { mode: 0o700 })
    },
    catch: (error) =>
      badUsage(
        `--to ${folder} cannot be a folder: ${fileErrorReason(error)}. Nothing was written.`,
        "Choose another folder."
      )
  })

const reasonOf = (error: unknown): string =>
  isWhiteRoomError(error) && error._tag === "FileExists"
    ? "a file of this name is there and was left as it is; --force replaces it"
    : fileErrorReason(error)

export const exportDocuments = (
  cli: Cli,
  noun: string,
  chosen: ReadonlyArray<Named>,
  options: ExportOptions,
  read: (id: string) => Effect.Effect<Uint8Array, CliFailure>
): Effect.Effect<number, CliFailure> =>
  Effect.gen(function* () {
    const folder = path.resolve(options.to)
    yield* requireFolder(cli, folder)
    if (!cli.dryRun) yield* makeFolder(folder)
    const { removeAbandoned, writeNewFile } = yield* loadStore
    if (!cli.dryRun) removeAbandoned(folder)
    const readers = { of: cli.path }
    const taken = new Set<string>()
    const files: Array<Exported> = []
    const errors: Array<FileProblem> = []
    for (const { id, name } of chosen) {
      const file = path.join(folder, safeFileName(name, ".json", taken))
      const bytes = yield* read(id)
      try {
        if (!cli.dryRun) writeNewFile(file, bytes, { readers, force: options.force })
        files.push({ id, name, file, size: bytes.length })
        cli.out.detail(`  ${file}`)
      } catch (error) {
        const reason = reasonOf(error)
        errors.push({ file, reason })
        cli.out.problem(`${file}: ${reason}`, { file, reason })
      }
    }
    const size = files.reduce((sum, file) => sum + file.size, 0)
    const verb = cli.dryRun ? "Would write" : "Wrote"
    cli.done<Outputs["song-export"]>(
      { files, errors },
      () => `${verb} ${count(files.length, noun)} (${formatBackupSize(size)}) to ${folder}.`
    )
    return errors.length === 0 ? ExitCode.done : files.length > 0 ? ExitCode.partial : ExitCode.failed
  })
