/**
 * Names that calls had while the services were still called as in Phase 5: programs in plain JavaScript use them. No type
 * has them, and nothing is added here.
 */
export const formerNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  songs: { getAll: "list" },
  performances: { getAll: "list" },
  preferences: { getAll: "list" },
  backups: { createBackup: "take", restoreFromBackup: "restore", getAllBackups: "list", findBackup: "find" }
}
