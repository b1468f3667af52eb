/** What people call the fields of songs, performances and preferences, and how they read their values. */
import type { Json } from "../document/Json.js"
import type { Phrases } from "./Phrases.js"
import { humanise } from "./Place.js"
import { showNumber, showSeconds, showText, showValue } from "./Show.js"

export interface FieldWords {
  /** In English: what `name` of a language takes. */
  readonly label: string
  readonly show: (value: Json, say: Phrases) => string
}

const quoted = (value: Json, say: Phrases) =>
  typeof value === "string" ? showText(value, say, true) : showValue(value, say)
const seconds = (value: Json, say: Phrases) =>
  typeof value === "number" ? showSeconds(value, say) : showValue(value, say)
const unit = (name: string) => (value: Json, say: Phrases) =>
  typeof value === "number" ? `${showNumber(value, say)} ${say.name(name)}` : showValue(value, say)

const words: Readonly<Record<string, Partial<FieldWords>>> = {
  name: { show: quoted },
  composer: { show: quoted },
  description: { show: quoted },
  duration: { show: seconds },
  createdAt: { label: "creation time" },
  determinismSeed: { label: "seed", show: quoted },
  songId: { label: "song id" },
  isFavorite: { label: "favourite" },
  displayName: { show: quoted },
  defaultOutputDevice: { label: "output device", show: quoted },
  defaultInputDevice: { label: "input device", show: quoted },
  defaultSampleRate: { label: "sample rate", show: unit("Hz") },
  defaultBufferSize: { label: "buffer size", show: unit("frames") },
  autoSaveEnabled: { label: "autosave" },
  autoSaveInterval: { label: "autosave every", show: unit("s") },
  autoBackupEnabled: { label: "automatic backup" },
  backupIntervalHours: { label: "backup every", show: unit("h") },
  maxBackups: { label: "backups kept" },
  showTooltips: { label: "tooltips" }
}

/** The words for a field of the model; a field or column that is not known goes by its name. */
export const fieldWords = (field: string): FieldWords => ({
  label: humanise(field),
  show: showValue,
  ...(Object.hasOwn(words, field) ? words[field] : undefined)
})
