/** Exchange files as the two families of apps wrote them. */
import { utf8 } from "../../src/codec/Bytes.js"
import type { Cell, Row } from "../../src/model/Entity.js"
import { Text } from "../../src/model/Entity.js"

export const nodeSong = {
  id: "s1",
  name: "Night Drive",
  composer: "Ada",
  description: null,
  genre: "ambient",
  duration: 180,
  key: null,
  createdAt: "2026-01-17T02:00:00.000Z",
  updatedAt: "2026-01-19T02:00:00.500Z",
  songDataJSON: '{ "tempo" : 120.0,\n "name":"Ночь 夜" }',
  determinismSeed: "seed-1",
  customMetadata: { mood: "calm", 10: "ten", 2: "two" }
}

export const nodePerformance = {
  id: "p1",
  name: "Live",
  songId: "s1",
  description: "first take",
  duration: 130.63,
  performanceDataJSON: '{"notes":[]}',
  createdAt: "2026-01-17T02:00:00.000Z",
  updatedAt: "2026-01-19T02:00:00.500Z",
  isFavorite: true,
  tags: ["midi", "ensemble"]
}

export const nodePreferences = {
  userId: "default",
  displayName: "Studio Nord",
  defaultOutputDevice: null,
  defaultInputDevice: null,
  defaultSampleRate: 48000,
  defaultBufferSize: 256,
  autoSaveEnabled: true,
  autoSaveInterval: 300,
  autoBackupEnabled: false,
  backupIntervalHours: 24,
  maxBackups: 30,
  theme: "dark",
  language: null,
  showTooltips: true,
  customPreferences: { metronome: "on" },
  updatedAt: "2026-01-25T09:00:00.000Z"
}

/** The same three in the iOS app's form: keys in order, no nulls, seconds since 2001. */
export const iosSong = {
  composer: "Ada",
  createdAt: 790308000,
  customMetadata: { 2: "two", 10: "ten", mood: "calm" },
  determinismSeed: "seed-1",
  duration: 180,
  genre: "ambient",
  id: "s1",
  name: "Night Drive",
  songDataJSON: nodeSong.songDataJSON,
  updatedAt: 790480800.5
}

export const iosPerformance = {
  active: true,
  created_at: 790308000,
  description: "first take",
  duration: 130.63,
  id: "p1",
  is_favorite: true,
  name: "Live",
  parameters: { swing: 0.5 },
  performance_data_json: '{"notes":[]}',
  projections: {},
  song_id: "s1",
  tags: ["midi", "ensemble"],
  updated_at: 790480800.5
}

export const iosPreferences = {
  auto_backup_enabled: false,
  auto_save_enabled: true,
  auto_save_interval: 300,
  backup_interval_hours: 24,
  custom_preferences: { metronome: "on" },
  default_buffer_size: 256,
  default_sample_rate: 48000,
  display_name: "Studio Nord",
  max_backups: 30,
  show_tooltips: true,
  theme: "dark",
  updated_at: 791024400,
  user_id: "default"
}

/** An exchange file of these lists. */
export const exchange = (
  parts: { readonly songs?: unknown; readonly performances?: unknown; readonly preferences?: unknown },
  head: object = { version: "1.0.0", timestamp: "2026-11-20T14:30:00.000Z", description: "Before the tour" }
): Uint8Array =>
  utf8(
    JSON.stringify(
      {
        ...head,
        songs: JSON.stringify(parts.songs ?? []),
        performances: JSON.stringify(parts.performances ?? []),
        preferences: JSON.stringify(parts.preferences ?? nodePreferences)
      },
      null,
      2
    )
  )

/** A row as plain values, for comparing: texts as strings, integers as bigints, reals as numbers. */
export const plain = (row: Row | undefined): Record<string, unknown> =>
  Object.fromEntries(
    [...(row ?? new Map<string, Cell>())].map(([column, cell]) => [
      column,
      cell instanceof Text ? cell.toString() : cell
    ])
  )
