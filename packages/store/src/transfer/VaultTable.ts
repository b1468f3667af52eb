/** The vaults of a library: where they are, and how far its line went there. */
import { fromHex, type LogHead } from "@white-room/core"
import { commit } from "../capture/Commit.js"
import { readInfo, type Session } from "../session/Session.js"
import { hasTable, vaultUpkeepSchema } from "../sqlite/Schema.js"
import { bytesOf, countOf, textOf, timeOf } from "../sqlite/StoredValue.js"

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
  /** When it was last looked for what nobody needs any more; epoch milliseconds. */
  readonly reclaimedAt?: number | undefined
  /** What the profiles were that were sent there last, as whoever sent them wrote it down. */
  readonly profiles?: string | undefined
  /** Which other devices had something there that was not here, as whoever looked wrote it down. */
  readonly devices?: { readonly seen: string; readonly at: number } | undefined
  /** The number of the newest policy that was seen there. */
  readonly policy?: number | undefined
}

type Upkeep = Pick<KnownVault, "lastFile" | "reclaimedAt" | "devices" | "profiles" | "policy">

/** What is remembered of a vault. */
export type VaultEntry = Omit<KnownVault, "isOwnLine" | keyof Upkeep>

const what = "vault"

/** A clock that stands before 1970 says the beginning of 1970, also one that wrote here before that was so. */
const timeFrom = (milliseconds: number): number => Math.max(0, milliseconds)

const storedTime = (value: unknown): number => timeFrom(timeOf(value, what))

const upkeepOf = (session: Session): ReadonlyMap<string, Upkeep> => {
  if (!hasTable(session.db, "vault_upkeep")) return new Map()
  const timeOrNone = (value: unknown) => (value === null ? undefined : storedTime(value))
  return new Map(
    session.db
      .rows<ReadonlyArray<unknown>>(
        "SELECT vault_id, file, missed_at, rolled_back_at, reclaimed_at, devices, looked_at, profiles, policy FROM vault_upkeep"
      )
      .map((row) => {
        const lastFile = {
          file: textOf(row[1], what),
          missedAt: timeOrNone(row[2]),
          rolledBackAt: timeOrNone(row[3])
        }
        return [
          textOf(row[0], what),
          {
            lastFile: lastFile.file === "" ? undefined : lastFile,
            reclaimedAt: timeOrNone(row[4]),
            devices: row[5] === null ? undefined : { seen: textOf(row[5], what), at: storedTime(row[6]) },
            profiles: row[7] === null ? undefined : textOf(row[7], what),
            policy: row[8] === null ? undefined : countOf(row[8], what)
          }
        ]
      })
  )
}

const requireUpkeepTable = (session: Session): void => {
  if (hasTable(session.db, "vault_upkeep")) return
  session.db.exec(vaultUpkeepSchema)
  session.rememberSchema()
}

/** Writes some columns of what is remembered of a vault; the others stay as they are. */
const writeUpkeep = (
  session: Session,
  vaultId: string,
  values: Readonly<Record<string, string | number | null>>
): void => {
  requireUpkeepTable(session)
  const columns = Object.keys(values)
  session.db.run(
    `INSERT INTO vault_upkeep(vault_id, ${columns.join(", ")}) VALUES(?${", ?".repeat(columns.length)})
     ON CONFLICT(vault_id) DO UPDATE SET ${columns.map((each) => `${each} = excluded.${each}`).join(", ")}`,
    vaultId,
    ...Object.values(values)
  )
}

const writeFile = (session: Session, vaultId: string, { file, missedAt, rolledBackAt }: LastFile): void =>
  writeUpkeep(session, vaultId, {
    file,
    missed_at: missedAt === undefined ? null : timeFrom(missedAt),
    rolled_back_at: rolledBackAt === undefined ? null : timeFrom(rolledBackAt)
  })

/** Remembers that what nobody needs any more of a vault was looked for. */
export const rememberReclaim = (session: Session, vaultId: string, now: number): void =>
  commit(session, { now }, () => writeUpkeep(session, vaultId, { reclaimed_at: now }))

/** Remembers which devices had something there that is not here. */
export const rememberDevices = (session: Session, vaultId: string, seen: string, now: number): void =>
  commit(session, { now }, () => writeUpkeep(session, vaultId, { devices: seen, looked_at: now }))

/** Remembers which profiles were sent to a vault. */
export const rememberProfiles = (session: Session, vaultId: string, profiles: string, now: number): void =>
  commit(session, { now }, () => writeUpkeep(session, vaultId, { profiles }))

/** Remembers the newest policy that was seen in a vault, by its number. */
export const rememberPolicy = (session: Session, vaultId: string, policy: number, now: number): void =>
  commit(session, { now }, () => writeUpkeep(session, vaultId, { policy }))

/** Remembers what became of the last file of a vault. */
export const rememberFile = (session: Session, vaultId: string, file: LastFile, now: number): void =>
  commit(session, { now }, () => writeFile(session, vaultId, file))

export const knownVaults = (session: Session): ReadonlyArray<KnownVault> => {
  const { epoch } = readInfo(session.db)
  const upkeep = upkeepOf(session)
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
      pushedAt: storedTime(row[6]),
      isOwnLine: row[7] === epoch,
      ...upkeep.get(textOf(row[2], what))
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
      timeFrom(pushedAt)
    )
    if (lastFile !== undefined) writeFile(session, vaultId, lastFile)
  })
}

/** Forgets a vault here; what is there stays. False when there is none of that name. */
export const forgetVault = (session: Session, name: string, now: number): boolean =>
  commit(session, { now }, () => {
    if (hasTable(session.db, "vault_upkeep"))
      session.db.run(
        "DELETE FROM vault_upkeep WHERE vault_id = (SELECT vault_id FROM vault WHERE name = ?)",
        name
      )
    return session.db.run("DELETE FROM vault WHERE name = ?", name) > 0
  })
