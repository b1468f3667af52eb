/**
 * What the old apps make of an exchange file, as strict as they are: Node's importer parses and uses every field, the
 * iOS importer decodes into structs, and one value of a wrong type or one missing key costs it the whole file.
 */

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const parse = (json: unknown): unknown => {
  if (typeof json !== "string") throw new Error(`a string that holds JSON was expected, not ${typeof json}`)
  return JSON.parse(json)
}

const objects = (value: unknown): ReadonlyArray<Fields> => {
  if (!Array.isArray(value) || !value.every(isFields)) throw new Error("a list of objects was expected")
  return value
}

/** One field: what it must be, and whether it may be missing. */
type Check = (value: unknown) => boolean
const text: Check = (value) => typeof value === "string"
const number: Check = (value) => typeof value === "number" && Number.isFinite(value)
const real: Check = (value) => typeof value === "number"
const whole: Check = (value) => Number.isInteger(value)
const flag: Check = (value) => typeof value === "boolean"
const isoTime: Check = (value) => typeof value === "string" && !Number.isNaN(new Date(value).getTime())
const texts: Check = (value) => Array.isArray(value) && value.every(text)
const any: Check = () => true
const map: Check = (value) => isFields(value)
const mapOfTexts: Check = (value) => isFields(value) && Object.values(value).every(text)

interface Shape {
  readonly required: Readonly<Record<string, Check>>
  readonly optional: Readonly<Record<string, Check>>
}

const check = (what: string, value: Fields, { required, optional }: Shape, nulls: boolean): void => {
  for (const [key, fits] of Object.entries(required))
    if (!Object.hasOwn(value, key) || !fits(value[key]))
      throw new Error(`${what}: ${key} is ${JSON.stringify(value[key])}`)
  for (const [key, fits] of Object.entries(optional)) {
    const field = Object.hasOwn(value, key) ? value[key] : undefined
    if (field === undefined || (nulls && field === null)) continue
    if (!fits(field)) throw new Error(`${what}: ${key} is ${JSON.stringify(field)}`)
  }
}

const snake = (shape: Shape): Shape => {
  const renamed = (fields: Readonly<Record<string, Check>>) =>
    Object.fromEntries(
      Object.entries(fields).map(([key, fits]) => [
        key.replace("JSON", "_json").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        fits
      ])
    )
  return { required: renamed(shape.required), optional: renamed(shape.optional) }
}

/** The models; `documents` says how strictly lists and maps are taken. */
const models = (time: Check, amount: Check, count: Check, documents: { list: Check; map: Check }) => ({
  song: {
    required: {
      id: text,
      name: text,
      createdAt: time,
      updatedAt: time,
      songDataJSON: text,
      determinismSeed: text
    },
    optional: {
      composer: text,
      description: text,
      genre: text,
      duration: amount,
      key: text,
      customMetadata: documents.map
    }
  },
  performance: {
    required: {
      id: text,
      name: text,
      songId: text,
      duration: amount,
      performanceDataJSON: text,
      createdAt: time,
      updatedAt: time,
      isFavorite: flag,
      tags: documents.list
    },
    optional: { description: text }
  },
  preferences: {
    required: {
      userId: text,
      defaultSampleRate: count,
      defaultBufferSize: count,
      autoSaveEnabled: flag,
      autoSaveInterval: count,
      autoBackupEnabled: flag,
      backupIntervalHours: count,
      maxBackups: count,
      showTooltips: flag,
      customPreferences: documents.map,
      updatedAt: time
    },
    optional: {
      displayName: text,
      defaultOutputDevice: text,
      defaultInputDevice: text,
      theme: text,
      language: text
    }
  }
})

export interface OldFile {
  readonly songs: ReadonlyArray<Fields>
  readonly performances: ReadonlyArray<Fields>
  readonly preferences: Fields
}

const readWith = (
  file: string,
  time: Check,
  shapes: { song: Shape; performance: Shape; preferences: Shape },
  nulls: boolean
): OldFile => {
  const data: unknown = JSON.parse(file)
  if (!isFields(data)) throw new Error("an object was expected")
  check(
    "file",
    data,
    { required: { version: text, timestamp: time, description: text }, optional: {} },
    false
  )
  const songs = objects(parse(data.songs))
  const performances = objects(parse(data.performances))
  const preferences = parse(data.preferences)
  if (!isFields(preferences)) throw new Error("preferences must be an object")
  for (const each of songs) check("song", each, shapes.song, nulls)
  for (const each of performances) check("performance", each, shapes.performance, nulls)
  check("preferences", preferences, shapes.preferences, nulls)
  return { songs, performances, preferences }
}

/** The importer of the Node app. @throws Error where it would fail or store nonsense */
export const readAsNode = (file: string): OldFile =>
  readWith(file, isoTime, models(isoTime, real, real, { list: any, map: any }), true)

/** `JSONDecoder` with its defaults, into the structs of the iOS app. @throws Error where it would throw */
export const readAsIos = (file: string): OldFile => {
  const shapes = models(number, number, whole, { list: texts, map: mapOfTexts })
  const performance = snake(shapes.performance)
  const needed = { active: flag, parameters: map, projections: map }
  return readWith(
    file,
    number,
    {
      song: shapes.song,
      performance: { ...performance, required: { ...performance.required, ...needed } },
      preferences: snake(shapes.preferences)
    },
    true
  )
}
