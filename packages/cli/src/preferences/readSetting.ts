import { InvalidInput, type UserPreferencesInput } from "@white-room/core"

const texts = ["displayName", "defaultOutputDevice", "defaultInputDevice", "theme", "language"] as const
const numbers = [
  "defaultSampleRate",
  "defaultBufferSize",
  "autoSaveInterval",
  "backupIntervalHours",
  "maxBackups"
] as const
const flags = ["autoSaveEnabled", "autoBackupEnabled", "showTooltips"] as const
const keys: ReadonlyArray<string> = [...texts, ...numbers, ...flags, "customPreferences"]

const readNumber = (field: string, value: string): number => {
  const number = Number(value)
  if (/^\d{1,9}$/.test(value) && number > 0) return number
  throw new InvalidInput({ field, reason: `"${value}" is not a whole number above zero` })
}

const readFlag = (field: string, value: string): boolean => {
  if (/^(?:true|yes|on|1)$/i.test(value)) return true
  if (/^(?:false|no|off|0)$/i.test(value)) return false
  throw new InvalidInput({ field, reason: `"${value}" is neither on nor off` })
}

const readObject = (field: string, value: string): Readonly<Record<string, unknown>> => {
  const refuse = () => new InvalidInput({ field, reason: "it must be a JSON object" })
  let parsed: unknown
  try {
    parsed = JSON.parse(value)
  } catch {
    throw refuse()
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw refuse()
  return Object.fromEntries(Object.entries(parsed))
}

/** The preferences that one `KEY=VALUE` sets. @throws InvalidInput */
export const readSetting = (setting: string): UserPreferencesInput => {
  const at = setting.indexOf("=")
  const key = at < 0 ? setting : setting.slice(0, at)
  const value = setting.slice(at + 1)
  const is = <K extends string>(known: ReadonlyArray<K>) => known.find((name) => name === key)
  const [text, number, flag] = [is(texts), is(numbers), is(flags)]
  if (at < 0) throw new InvalidInput({ field: key, reason: "say KEY=VALUE" })
  if (text !== undefined) return { [text]: value }
  if (number !== undefined) return { [number]: readNumber(key, value) }
  if (flag !== undefined) return { [flag]: readFlag(key, value) }
  if (key === "customPreferences") return { customPreferences: readObject(key, value) }
  throw new InvalidInput({ field: key, reason: `there is no such preference; there are ${keys.join(", ")}` })
}
