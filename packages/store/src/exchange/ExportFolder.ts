/** The folder of exports: names in it, what is there, and deleting one. */
import * as fs from "node:fs"
import { homedir } from "node:os"
import * as path from "node:path"
import {
  type AvailableExport,
  ExchangeReader,
  type ExportFormat,
  InvalidInput,
  isExchange
} from "@white-room/core"
import { isAge } from "../age/Age.js"
import { syncFolder } from "../file/Durable.js"
import { fileChunks, headOfFile } from "../file/FileChunks.js"
import { targetError } from "../file/TargetFile.js"

const extensions: Readonly<Record<ExportFormat, string>> = { json: ".json", files: "", bundle: ".whiteroom" }

/** `whiteroom_backup_YYYY-MM-DD_HHMMSS.json`, in local time. */
export const exportFileName = (at: Date, format: ExportFormat = "json"): string => {
  const two = (part: number): string => String(part).padStart(2, "0")
  const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(two).join("-")
  return `whiteroom_backup_${day}_${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join("")}${extensions[format]}`
}

/** Where exports go unless a person says otherwise; not created here. */
export const defaultExportDirectory = (): string => {
  const documents = path.join(homedir(), "Documents")
  return path.join(fs.existsSync(documents) ? documents : homedir(), "White Room Exports")
}

export const isFolder = (place: string): boolean => fs.existsSync(place) && fs.statSync(place).isDirectory()

/** A name in this folder that is free: two exports of one second get ` (2)`. */
export const freeName = (folder: string, name: string): string => {
  const { name: stem, ext } = path.parse(name)
  for (let copy = 1; ; copy++) {
    const file = path.join(folder, copy === 1 ? name : `${stem} (${copy})${ext}`)
    if (!fs.existsSync(file)) return file
  }
}

const bundleMagic = "WRBUNDLE"

/** What an export in a folder is; `undefined` for any other file. */
const recognise = (file: string): AvailableExport | undefined => {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false })
  if (stat === undefined || !stat.isFile()) return undefined
  const head = headOfFile(file)
  const name = path.basename(file)
  const facts = { path: file, name, bytes: stat.size, modifiedAt: stat.mtime }
  if (isAge(head)) {
    const inner = /\.(json|whiteroom)\.age$/i.exec(name)?.[1]?.toLowerCase()
    return inner === undefined
      ? undefined
      : { ...facts, format: inner === "json" ? "json" : "bundle", encrypted: true }
  }
  if (Buffer.from(head).toString("latin1").startsWith(bundleMagic))
    return { ...facts, format: "bundle", encrypted: false }
  if (!Buffer.from(head).toString("latin1").trimStart().startsWith("{") && head[0] !== 0xef) return undefined
  const reader = new ExchangeReader({ times: "iso" })
  for (const _ of reader.file(fileChunks(file))) break
  if (!isExchange(reader)) return undefined
  const { timestamp, description } = reader.head
  return {
    ...facts,
    format: "json",
    encrypted: false,
    ...(reader.seen.has("timestamp") && { timestamp }),
    ...(reader.seen.has("description") && { description })
  }
}

/** The exports in a folder, newest first. */
export const availableExports = (folder: string): ReadonlyArray<AvailableExport> => {
  if (!isFolder(folder)) return []
  return fs
    .readdirSync(folder)
    .flatMap((name) => recognise(path.join(folder, name)) ?? [])
    .sort((a, b) => b.modifiedAt.getTime() - a.modifiedAt.getTime() || (a.name < b.name ? -1 : 1))
}

/** Deletes an export that lies directly in the folder, and nothing else. @throws InvalidInput */
export const deleteExport = (file: string, folder: string): void => {
  const refuse = (reason: string) => new InvalidInput({ field: "export", reason: `${file}: ${reason}` })
  const place = path.resolve(folder, file)
  if (path.dirname(place) !== path.resolve(folder) || /[/\\]/.test(path.basename(place)))
    throw refuse("it does not lie in the export folder")
  if (!fs.existsSync(place)) throw refuse("there is no such file")
  if (recognise(place) === undefined) throw refuse("it is not an export of White Room")
  try {
    fs.rmSync(place)
    syncFolder(path.dirname(place))
  } catch (error) {
    throw targetError(error, place)
  }
}
