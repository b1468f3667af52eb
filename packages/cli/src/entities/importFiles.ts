/** `song import` and `performance import`: any number of files in bounded memory; a bad one never stops the rest. */
import { createHash } from "node:crypto"
import { readFileSync, statSync } from "node:fs"
import {
  ExitCode,
  type PerformanceInput,
  type ReadFileOptions,
  readPerformanceFile,
  readSongFile,
  type SongInput,
  toHex,
  type WhiteRoomError
} from "@white-room/core"
import type { ImportReceipt, Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../Command.js"
import { count } from "../output/text.js"
import type { Outputs } from "../schema/outputs.js"
import { collectFiles, fileErrorReason, type Problem } from "./collectFiles.js"

/** One import writes at most this much at once. */
const maxBatch = 500
const maxBatchBytes = 32 * 1024 * 1024
const maxFileBytes = 64 * 1024 * 1024

type Result<A> = Effect.Effect<A, WhiteRoomError>

/** What a file turned out to be. */
type Read<A> = { readonly entity: A; readonly warnings: ReadonlyArray<string> } | { readonly reason: string }

/** How files of one kind are read and saved. */
export interface ImportKind<A extends { readonly id: string }> {
  readonly noun: string
  readonly read: (bytes: Uint8Array, file: string, options: ReadFileOptions) => Read<A>
  readonly save: (library: Library, source: string, entities: ReadonlyArray<A>) => Result<ImportReceipt>
}

export const songFiles: ImportKind<SongInput> = {
  noun: "song",
  read: (bytes, file, options) => {
    const found = readSongFile(bytes, file, options)
    return found._tag === "Song" ? { entity: found.song, warnings: found.warnings } : found
  },
  save: (library, source, songs) => library.importAll({ source, songs })
}

export const performanceFiles: ImportKind<PerformanceInput> = {
  noun: "performance",
  read: (bytes, file, options) => {
    const found = readPerformanceFile(bytes, file, options)
    return found._tag === "Performance" ? { entity: found.performance, warnings: found.warnings } : found
  },
  save: (library, source, performances) => library.importAll({ source, performances })
}

const hash = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest()

/** A file that was read; its digest tells an equal file from another that claims the same id. */
const readFile = <A extends { readonly id: string }>(kind: ImportKind<A>, file: string) => {
  try {
    const stat = statSync(file)
    // A device or a pipe may never end.
    if (!stat.isFile()) return { reason: "it is no file" }
    const { size, mtime } = stat
    if (size > maxFileBytes) return { reason: `it is larger than ${maxFileBytes / 1024 / 1024} MB` }
    const bytes = readFileSync(file)
    // A file without times gets that of its last change, so that importing it again changes nothing.
    const read = kind.read(bytes, file, { now: mtime, hash, maxBytes: maxFileBytes })
    return "reason" in read ? read : { ...read, bytes: bytes.length, digest: toHex(hash(bytes)) }
  } catch (error) {
    return { reason: fileErrorReason(error) }
  }
}

interface Imported {
  readonly errors: ReadonlyArray<Problem>
  readonly warnings: ReadonlyArray<Problem>
  /** Files whose song or performance is new or changed. */
  readonly accepted: number
  /** Files whose song or performance was there already, exactly so. */
  readonly skipped: number
}

class Importer<A extends { readonly id: string }> implements Imported {
  readonly errors: Array<Problem> = []
  readonly warnings: Array<Problem> = []
  accepted = 0
  skipped = 0
  private batch: Array<A> = []
  private batchBytes = 0
  private readonly taken = new Map<string, { readonly file: string; readonly digest: string }>()

  constructor(
    private readonly cli: Cli,
    private readonly library: Library | undefined,
    private readonly kind: ImportKind<A>,
    private readonly source: string
  ) {}

  refuse(file: string, reason: string): void {
    this.errors.push({ file, reason })
    this.cli.out.problem(`${file}: ${reason}`, { file, reason })
  }

  /** Reads one file; true when the batch is full. */
  take(file: string): boolean {
    const read = readFile(this.kind, file)
    if ("reason" in read) {
      this.refuse(file, read.reason)
      return false
    }
    const { id } = read.entity
    const other = this.taken.get(id)
    if (other !== undefined) {
      if (other.digest !== read.digest)
        this.refuse(file, `it has the same id as ${other.file}, which was taken`)
      else this.skipped++
      return false
    }
    this.taken.set(id, { file, digest: read.digest })
    for (const warning of read.warnings) {
      this.warnings.push({ file, reason: warning })
      this.cli.out.detail(`  ${file}: ${warning}`)
    }
    this.cli.out.detail(`  ${file}`)
    this.accepted++
    this.batch.push(read.entity)
    this.batchBytes += read.bytes
    return this.batch.length >= maxBatch || this.batchBytes >= maxBatchBytes
  }

  /** Saves what was read; then lets an interruption through. */
  flush = (): Effect.Effect<void, WhiteRoomError> =>
    Effect.gen(this, function* () {
      const batch = this.batch
      this.batch = []
      this.batchBytes = 0
      if (batch.length > 0 && this.library !== undefined) {
        const receipt = yield* this.kind.save(this.library, this.source, batch)
        this.accepted -= receipt.unchanged
        this.skipped += receipt.unchanged
      }
      yield* Effect.async<void>((resume) => {
        setImmediate(() => resume(Effect.void))
      })
    })
}

const summaryOf = (cli: Cli, noun: string, imported: Imported, began: number): Outputs["song-import"] => ({
  message_type: "summary",
  ...(cli.dryRun && { dryRun: true }),
  songs: noun === "song" ? imported.accepted : 0,
  performances: noun === "performance" ? imported.accepted : 0,
  preferences: 0,
  backups: 0,
  skipped: imported.skipped,
  errors: imported.errors,
  warnings: imported.warnings,
  durationMs: Math.round(performance.now() - began)
})

const describe = (cli: Cli, noun: string, { accepted, skipped, errors, warnings }: Imported): string => {
  if (accepted + skipped + errors.length === 0)
    return "No .json files were found there. Nothing was imported."
  const parts = [
    `${cli.dryRun ? "Would import" : "Imported"} ${count(accepted, noun)}`,
    ...(skipped > 0 ? [`${skipped.toLocaleString("en-US")} unchanged`] : []),
    ...(errors.length > 0 ? [`${count(errors.length, "file")} not taken, named above`] : [])
  ]
  const unharmed = cli.dryRun ? " Nothing was changed." : errors.length > 0 ? " Everything else is safe." : ""
  const hint =
    warnings.length > 0 && !cli.out.options.verbose
      ? `\n${count(warnings.length, "field")} had no place; --verbose names them.`
      : ""
  return `${parts.join(", ")}.${unharmed}${hint}`
}

/** Done, done in part, or failed: when there was nothing but bad files. */
const exitCode = ({ errors, accepted, skipped }: Imported): number =>
  errors.length === 0 ? ExitCode.done : accepted + skipped > 0 ? ExitCode.partial : ExitCode.failed

export const importFiles = <A extends { readonly id: string }>(
  cli: Cli,
  kind: ImportKind<A>,
  paths: ReadonlyArray<string>
) =>
  Effect.gen(function* () {
    const began = performance.now()
    // Opened before any file is read: a wrong --library shows at once. A dry run needs it too, for the same reason.
    const library = yield* cli.open
    const { files, problems } = collectFiles(paths)
    const importer = new Importer<A>(cli, cli.dryRun ? undefined : library, kind, paths.join(", "))
    for (const { file, reason } of problems) importer.refuse(file, reason)
    yield* cli.out.progress((report) =>
      Effect.gen(function* () {
        for (const [index, file] of files.entries()) {
          if (importer.take(file)) yield* importer.flush()
          report({ step: `Importing ${kind.noun}s`, done: index + 1, total: files.length })
        }
        yield* importer.flush()
      })
    )
    const summary = summaryOf(cli, kind.noun, importer, began)
    cli.out.done(summary, () => describe(cli, kind.noun, importer))
    return exitCode(importer)
  })
