/** The vaults of a library: where they are, and how far its line went there. */
import { fromHex, type LogHead } from "@white-room/core"
import { commit } from "../capture/Commit.js"
import { readInfo, type Session } from "../session/Session.js"
import { bytesOf, countOf, textOf } from "../sqlite/StoredValue.js"

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
}

const what = "vault"

export const knownVaults = (session: Session): ReadonlyArray<KnownVault> => {
  const { epoch } = readInfo(session.db)
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
      isOwnLine: row[7] === epoch
    }))
}

/** Remembers a vault, in place of what was known under its name. */
export const rememberVault = (
  session: Session,
  { name, place, vaultId, line, pushed, pushedAt }: Omit<KnownVault, "isOwnLine">,
  now: number,
  isOwnLine = true
): void => {
  commit(session, { now }, () =>
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
  )
}

/** Forgets a vault here; what is there stays. False when there is none of that name. */
export const forgetVault = (session: Session, name: string, now: number): boolean =>
  commit(session, { now }, () => session.db.run("DELETE FROM vault WHERE name = ?", name) > 0)
