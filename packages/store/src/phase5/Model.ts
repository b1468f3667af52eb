/** The data of Phase 5 under its own names, and the functions that came with it. */
import { defaultUserPreferences } from "@white-room/core"

/** A song. `songDataJSON` is an opaque document, kept byte for byte; `duration` is in seconds. */
export interface Song {
  id: string
  name: string
  composer?: string
  description?: string
  genre?: string
  duration?: number
  key?: string
  createdAt: Date
  updatedAt: Date
  songDataJSON: string
  determinismSeed: string
  customMetadata?: Record<string, string>
}

/** A performance of a song. `performanceDataJSON` is kept byte for byte; `duration` is in seconds. */
export interface Performance {
  id: string
  name: string
  songId: string
  description?: string
  duration: number
  performanceDataJSON: string
  createdAt: Date
  updatedAt: Date
  isFavorite: boolean
  tags: Array<string>
}

/** Preferences of one user. `autoSaveInterval` is in seconds. */
export interface UserPreferences {
  userId: string
  displayName?: string
  defaultOutputDevice?: string
  defaultInputDevice?: string
  defaultSampleRate?: number
  defaultBufferSize?: number
  autoSaveEnabled: boolean
  autoSaveInterval: number
  autoBackupEnabled: boolean
  backupIntervalHours: number
  maxBackups: number
  theme?: string
  language?: string
  showTooltips: boolean
  customPreferences: Record<string, unknown>
  updatedAt: Date
}

/** A backup in a list: all but its documents, which `read` gives. `size` is in bytes. */
export interface BackupSummary {
  id: string
  timestamp: Date
  description: string
  size: number
  version: string
}

/** A backup with its documents: a JSON array of songs, one of performances, and a JSON object of preferences. */
export interface Backup extends BackupSummary {
  songsJSON: string
  performancesJSON: string
  preferencesJSON: string
}

/** What a restore did. */
export interface RestoreResult {
  /** Songs of the backup that the library now holds as the backup has them. */
  songsRestored: number
  performancesRestored: number
  preferencesRestored: boolean
  /** What could not be restored in full, each with its reason; the rest is restored. */
  errors: Array<string>
  isSuccess: boolean
}

export interface ValidationResult {
  validSongs: boolean
  validPerformances: boolean
  validPreferences: boolean
  isValid: boolean
  errors: Array<string>
}

/** Sizes are bytes. */
export interface BackupStatistics {
  totalBackups: number
  totalSize: number
  averageSize: number
  oldestBackup?: Date
  newestBackup?: Date
}

/** A result that restored nothing yet. */
export const createEmptyRestoreResult = (): RestoreResult => ({
  songsRestored: 0,
  performancesRestored: 0,
  preferencesRestored: false,
  errors: [],
  isSuccess: false
})

/** A result that found nothing valid yet. */
export const createEmptyValidationResult = (): ValidationResult => ({
  validSongs: false,
  validPerformances: false,
  validPreferences: false,
  isValid: false,
  errors: []
})

/** The preferences of a user who has set none: 48 kHz, 256 frames, save every 300 s, back up every 24 h, keep 30. */
export const createDefaultUserPreferences = (): UserPreferences => {
  const preferences = defaultUserPreferences(new Date())
  return { ...preferences, customPreferences: { ...preferences.customPreferences } }
}

const parts = [
  ["songs", "validSongs", "songsJSON"],
  ["performances", "validPerformances", "performancesJSON"],
  ["preferences", "validPreferences", "preferencesJSON"]
] as const

/** Whether the three documents of a backup are JSON. What is inside them, `BackupManager.validateBackup` tells. */
export const validateBackupData = (
  backup: Pick<Backup, "songsJSON" | "performancesJSON" | "preferencesJSON">
): ValidationResult => {
  const result = createEmptyValidationResult()
  for (const [name, valid, json] of parts)
    try {
      JSON.parse(backup[json])
      result[valid] = true
    } catch (error) {
      result.errors.push(`Invalid ${name} JSON: ${error instanceof Error ? error.message : error}`)
    }
  result.isValid = result.errors.length === 0
  return result
}
