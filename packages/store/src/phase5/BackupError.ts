/** The error of Phase 5's managers, and how errors of the library become it. */
import { BackupNotFound, isWhiteRoomError } from "@white-room/core"

export type BackupErrorCode =
  | "BACKUP_NOT_FOUND"
  | "INVALID_BACKUP"
  | "RESTORE_FAILED"
  | "EXPORT_FAILED"
  | "IMPORT_FAILED"

/** What a manager could not do. `cause` is the `WhiteRoomError` that says why, and what to do about it. */
export class BackupError extends Error {
  override readonly name = "BackupError"
  constructor(
    message: string,
    readonly code: BackupErrorCode,
    options?: { readonly cause?: unknown }
  ) {
    super(message, options)
  }
}

export const noBackup = (id: string): BackupError => {
  const cause = new BackupNotFound({ backup: id })
  return new BackupError(cause.message, "BACKUP_NOT_FOUND", { cause })
}

/** Gives errors of the library the code of Phase 5; a bug stays what it is. */
export const asBackupError = async <A>(code: BackupErrorCode, done: Promise<A>): Promise<A> => {
  try {
    return await done
  } catch (error) {
    if (!isWhiteRoomError(error)) throw error
    const known = error._tag === "BackupNotFound" ? "BACKUP_NOT_FOUND" : code
    throw new BackupError(error.message, known, { cause: error })
  }
}

/** The value, or `undefined` where there is no such thing. */
export const unlessMissing = async <A>(found: Promise<A>): Promise<A | undefined> => {
  try {
    return await found
  } catch (error) {
    if (isWhiteRoomError(error) && (error._tag === "EntityNotFound" || error._tag === "BackupNotFound"))
      return undefined
    throw error
  }
}
