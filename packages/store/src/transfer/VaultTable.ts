/** The vaults of a library: where they are, and how far its line went there. */
import { fromHex, type LogHead } from "@white-room/core"
import { commit } from "../capture/Commit.js"
import { readInfo, type Session } from "../session/Session.js"
import { hasTable, vaultFileSchema } from "../sqlite/Schema.js"
import { bytesOf, countOf, textOf } from "../sqlite/StoredValue.js"

/** The last file that a vault is known to have, so that its loss is noticed. */
export interface LastFile {
  readonly file: string
  /** When a listing lacked it, and it was not there either; it is looked for once more. Epoch milliseconds. */
  readonly missedAt: number | undefined
  /** When such a file was not there the second time. */
  readonly rolledBackAt: number | undefined
}

/** A vault as this library knows it. */
export interface KnownVault {
  /** What people call it. */
  readonly name: string
  /** As it is written on the command line; no secrets. */
  readonly place: string
  readonly vaultId: string
  /** The line that this file continued last, and what of it the vault is known to have. */
  readonly line: string
  readonly pushed: LogHead
  /** Epoch milliseconds; 0: never. */
  readonly pushedAt: number
  /** False when this file is a copy of the one that pushed: it begins a line of its own. */
  readonly isOwnLine: boolean
  /** `undefined`: nothing was pushed yet. */
  readonly lastFile?: LastFile | undefined
}

/** What is remembered of a vault. */
export type VaultEntry = Omit<KnownVault, "isOwnLine" | "lastFile">

const what = "vault"

const lastFiles = (session: Session): ReadonlyMap<string, LastFile> => {
  const rows = hasTable(session.db, "vault_file")
    ? session.db.rows<ReadonlyArray<unknown>>(
        "SELECT vault_id, file, missed_at, rolled_back_at FROM vault_file"
      )
    : []
  const timeOf = (value: unknown) => (value === null ? undefined : countOf(value, what))
  return new Map(
    rows.map((row) => [
      textOf(row[0], what),
      { file: textOf(row[1], what), missedAt: timeOf(row[2]), rolledBackAt: timeOf(row[3]) }
    ])
  )
}

const writeFile = (session: Session, vaultId: string, { file, missedAt, rolledBackAt }: LastFile): void => {
  if (!hasTable(session.db, "vault_file")) {
    session.db.exec(vaultFileSchema)
    session.rememberSchema()
  }
  session.db.run(
    "INSERT OR REPLACE INTO vault_file(vault_id, file, missed_at, rolled_back_at) VALUES(?, ?, ?, ?)",
    vaultId,
    file,
    missedAt ?? null,
    rolledBackAt ?? null
  )
}

/** Remembers what became of the last file of a vault. */
export const rememberFile = (session: Session, vaultId: string, file: LastFile, now: number): void =>
  commit(session, { now }, () => writeFile(session, vaultId, file))

export const knownVaults = (session: Session): ReadonlyArray<KnownVault> => {
  const { epoch } = readInfo(session.db)
  const files = lastFiles(session)
  return session.db
    .rows<ReadonlyArray<unknown>>(
      "SELECT name, place, vault_id, line, position, chain_hash, pushed_at, lower(hex(epoch)) FROM vault ORDER BY name"
    )
    .map((row) => ({
      name: textOf(row[0], what),
      place: textOf(row[1], what),
      vaultId: textOf(row[2], what),
      line: textOf(row[3], what),
      pushed: { position: countOf(row[4], what), chainHash: bytesOf(row[5], what) },
      pushedAt: countOf(row[6], what),
      isOwnLine: row[7] === epoch,
      lastFile: files.get(textOf(row[2], what))
    }))
}

/** Remembers a vault, in place of what was known under its name. */
export const rememberVault = (
  session: Session,
  { name, place, vaultId, line, pushed, pushedAt }: VaultEntry,
  now: number,
  {
    isOwnLine = true,
    lastFile
  }: { readonly isOwnLine?: boolean; readonly lastFile?: LastFile | undefined } = {}
): void => {
  commit(session, { now }, () => {
    session.db.run(
      `INSERT OR REPLACE INTO vault(name, place, vault_id, line, epoch, position, chain_hash, pushed_at)
       VALUES(?, ?, ?, ?, ?, ?, ?, ?)`,
      name,
      place,
      vaultId,
      line,
      isOwnLine ? fromHex(readInfo(session.db).epoch) : new Uint8Array(0),
      pushed.position,
      pushed.chainHash,
      pushedAt
    )
    if (lastFile !== undefined) writeFile(session, vaultId, lastFile)
  })
}

/** Forgets a vault here; what is there stays. False when there is none of that name. */
export const forgetVault = (session: Session, name: string, now: number): boolean =>
  commit(session, { now }, () => {
    if (hasTable(session.db, "vault_file"))
      session.db.run(
        "DELETE FROM vault_file WHERE vault_id = (SELECT vault_id FROM vault WHERE name = ?)",
        name
      )
    return session.db.run("DELETE FROM vault WHERE name = ?", name) > 0
  })
