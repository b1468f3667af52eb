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

const readFile = <A extends { readonly id: string }>(
  kind: ImportKind<A>,
  file: string
): Read<A> & { readonly bytes: number } => {
  try {
    const { size, mtime } = statSync(file)
    if (size > maxFileBytes) return { reason: `it is larger than ${maxFileBytes / 1024 / 1024} MB`, bytes: 0 }
    const bytes = readFileSync(file)
    // A file without times gets that of its last change, so that importing it again changes nothing.
    return { ...kind.read(bytes, file, { now: mtime, hash, maxBytes: maxFileBytes }), bytes: bytes.length }
  } catch (error) {
    return { reason: fileErrorReason(error), bytes: 0 }
  }
}

interface Imported {
  readonly errors: ReadonlyArray<Problem>
  readonly warnings: ReadonlyArray<Problem>
  /** Files that were taken. */
  readonly accepted: number
  /** Of these, those that were there already, exactly so. */
  readonly unchanged: number
}

class Importer<A extends { readonly id: string }> implements Imported {
  readonly errors: Array<Problem> = []
  readonly warnings: Array<Problem> = []
  accepted = 0
  unchanged = 0
  private batch: Array<A> = []
  private batchBytes = 0
  private readonly fileOfId = new Map<string, string>()

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
    const other = this.fileOfId.get(id)
    if (other !== undefined) {
      this.refuse(file, `it has the same id as ${other}, which was taken`)
      return false
    }
    this.fileOfId.set(id, file)
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
        this.unchanged += receipt.unchanged
      }
      yield* Effect.async<void>((resume) => {
        setImmediate(() => resume(Effect.void))
      })
    })
}

const summaryOf = (cli: Cli, noun: string, importer: Imported, began: number): Outputs["song-import"] => {
  const imported = importer.accepted - importer.unchanged
  return {
    message_type: "summary",
    ...(cli.dryRun && { dryRun: true }),
    songs: noun === "song" ? imported : 0,
    performances: noun === "performance" ? imported : 0,
    preferences: 0,
    backups: 0,
    skipped: importer.unchanged,
    errors: importer.errors,
    warnings: importer.warnings,
    durationMs: Math.round(performance.now() - began)
  }
}

const describe = (cli: Cli, noun: string, importer: Imported): string => {
  const imported = importer.accepted - importer.unchanged
  const parts = [`${cli.dryRun ? "Would import" : "Imported"} ${count(imported, noun)}`]
  if (importer.unchanged > 0) parts.push(`${importer.unchanged.toLocaleString("en-US")} unchanged`)
  if (importer.errors.length > 0)
    parts.push(`${count(importer.errors.length, "file")} not taken, named above`)
  const fields = importer.warnings.length
  const hint =
    fields > 0 && !cli.out.options.verbose
      ? `\n${count(fields, "field")} had no place; --verbose names them.`
      : ""
  const unharmed = cli.dryRun
    ? " Nothing was changed."
    : importer.errors.length > 0
      ? " All others are safe."
      : ""
  return `${parts.join(", ")}.${unharmed}${hint}`
}

/** Done, done in part, or failed: when there was nothing but bad files. */
const exitCode = ({ errors, accepted }: Imported): number =>
  errors.length === 0 ? ExitCode.done : accepted > 0 ? ExitCode.partial : ExitCode.failed

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
