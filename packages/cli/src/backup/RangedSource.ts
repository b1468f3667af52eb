/** What a vault answers by ranges, without being brought here: its backups, and what was there at one of them or at a time. */
import * as path from "node:path"
import {
  type BackupEntry,
  type BackupInfo,
  type EntityKey,
  isEntity,
  isRemote,
  kinds,
  nameOfRecord,
  parseBackupReference,
  resolveBackup,
  VaultDamaged
} from "@white-room/core"
import type { CacheFolders, Vault, VaultReader } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { loadVault } from "../command/Load.js"
import { attempt, type CliFailure } from "../error/CliError.js"
import { cacheFolder } from "../settings/cacheFolder.js"
import { settingsFolder } from "../settings/Environment.js"
import { type Source, sourceOfBackup, tellMoment } from "./Source.js"

/** Where this machine keeps what says where things are in buckets and on servers; `WHITEROOM_CACHE=off` keeps nothing. */
const cacheOf = ({ env }: Cli): CacheFolders | undefined => {
  if (env.WHITEROOM_CACHE === "off") return undefined
  const folder = cacheFolder(env)
  return folder === undefined
    ? undefined
    : { folder: path.join(folder, "vaults"), settings: settingsFolder(env) }
}

/**
 * Reads a vault by ranges. `undefined` where that does not answer: what is asked for takes the whole log, something is
 * damaged, or was merged just now. Then the log is played, which finds out what is wrong and says it.
 */
export const byRanges = <A>(
  cli: Cli,
  vault: Vault,
  read: (reader: VaultReader) => Effect.Effect<A | undefined, CliFailure>
): Effect.Effect<A | undefined, CliFailure> =>
  Effect.gen(function* () {
    const { openReader } = yield* loadVault
    const cache = isRemote(vault.blobs.place) ? cacheOf(cli) : undefined
    return yield* read(yield* openReader(vault, { cache }))
  }).pipe(
    Effect.catchTags({
      VaultDamaged: () => Effect.succeed(undefined),
      BlobMissing: () => Effect.succeed(undefined)
    })
  )

const findByTime = (cli: Cli, reader: VaultReader, at: Date) =>
  Effect.gen(function* () {
    const position = yield* reader.positionAtTime(at.getTime())
    if (position === undefined) return undefined
    const { event, command, record } = yield* reader.versionAt(position)
    const timestamp = new Date(command.recordedAt)
    const name =
      record === undefined || !isEntity(event.subject) ? "" : ` "${nameOfRecord(event.subject, record)}"`
    tellMoment(cli, at, { position, timestamp, what: `, ${event.type}${name}` })
    return { reference: `@${position}`, name: `@${position}`, position, timestamp, backup: undefined }
  })

/** A source in a vault; `undefined` for one that the whole log is needed for, or that is not there. */
export const findRanged = (
  cli: Cli,
  reader: VaultReader,
  { source = "latest", at }: { readonly source?: string | undefined; readonly at?: Date | undefined }
): Effect.Effect<Source | undefined, CliFailure> =>
  Effect.gen(function* () {
    if (at !== undefined) return yield* findByTime(cli, reader, at)
    const wanted = parseBackupReference(source)
    if (wanted._tag === "Position") {
      const { position } = wanted
      if (position < 1 || position > (yield* reader.head)) return undefined
      const timestamp = new Date((yield* reader.eventAt(position)).command.recordedAt)
      return { reference: `@${position}`, name: `@${position}`, position, timestamp, backup: undefined }
    }
    const all = yield* reader.backups
    const backup = yield* attempt(() => resolveBackup(all, source))
    // What an imported one holds stands in its tree alone.
    if (backup.trigger === "imported") return undefined
    return sourceOfBackup(backup)
  })

const byName = (a: BackupEntry, b: BackupEntry): number =>
  a.name.localeCompare(b.name) || a.id.localeCompare(b.id)

/** Whether these are as many as a backup has, of the same size: its list was made by another way. */
const isAllOf = (backup: BackupInfo, entries: ReadonlyArray<BackupEntry>): boolean => {
  const amount = (kind: EntityKey["kind"]) => entries.filter((entry) => entry.kind === kind).length
  return (
    amount("song") === backup.songs &&
    amount("performance") === backup.performances &&
    amount("preferences") === backup.preferences &&
    entries.reduce((sum, { size }) => sum + size, 0) === backup.size
  )
}

/** What a source holds, by kind and name. Fails with `VaultDamaged` where that is not what the backup says. */
export const rangedEntries = (
  vault: Vault,
  reader: VaultReader,
  { position, backup }: Source
): Effect.Effect<ReadonlyArray<BackupEntry>, CliFailure> =>
  Effect.gen(function* () {
    const placed = (yield* reader.entries(position)).filter(({ size }) => size > 0)
    const isNamed = placed.every(({ name }) => name !== undefined)
    const all = placed.map(({ kind, id, name = "", size }) => ({ kind, id, name, size }))
    if (!isNamed || (backup !== undefined && !isAllOf(backup, all)))
      return yield* new VaultDamaged({
        place: vault.blobs.place,
        detail: "its states do not say what there is"
      })
    return kinds.flatMap((kind) => all.filter((entry) => entry.kind === kind).toSorted(byName))
  })
