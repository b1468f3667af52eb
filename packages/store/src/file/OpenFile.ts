/**
 * The one way to open a file that may be anything. What it is is asked of the open file, not of its name, which may mean
 * another file a moment later; opening waits for nobody.
 */
import * as fs from "node:fs"
import { open } from "node:fs/promises"
import * as path from "node:path"

const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0, O_NOCTTY = 0 } = fs.constants

const toRead = O_RDONLY | O_NONBLOCK | O_NOCTTY

/** What stands in place of a file; its code and message are those of errors of the file system. */
const notAFile = (): Error => Object.assign(new Error("it is not a file"), { code: "EINVAL" })

/** A device may do something when it is opened, so it is not, unless somebody puts it there just now. */
const requireFile = (stat: fs.Stats): void => {
  if (!stat.isFile()) throw notAFile()
}

export interface OpenFileOptions {
  /** Also refuse a link. */
  readonly links?: "refused"
}

const megabyte = 1024 * 1024

/** Opens a regular file to read; the caller closes it. */
export const openFile = (file: string, { links }: OpenFileOptions = {}): number => {
  requireFile(links === "refused" ? fs.lstatSync(file) : fs.statSync(file))
  const handle = fs.openSync(file, links === "refused" ? toRead | O_NOFOLLOW : toRead)
  try {
    requireFile(fs.fstatSync(handle))
    return handle
  } catch (error) {
    fs.closeSync(handle)
    throw error
  }
}

/** The same for asynchronous readers. */
export const openFileAsync = async (file: string) => {
  requireFile(fs.statSync(file))
  const handle = await open(file, toRead)
  try {
    requireFile(await handle.stat())
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** True for what lies in a folder, or below it, wherever links lead. Both must be there. */
export const liesIn = (folder: string, file: string): boolean => {
  const inside = path.relative(fs.realpathSync(folder), fs.realpathSync(file))
  return inside !== "" && inside !== ".." && !inside.startsWith(`..${path.sep}`) && !path.isAbsolute(inside)
}

const tooLarge = (maxBytes: number): Error => {
  const limit = maxBytes % megabyte === 0 ? `${maxBytes / megabyte} MB` : `${maxBytes} bytes`
  return Object.assign(new Error(`it is larger than ${limit}`), { code: "EFBIG" })
}

/**
 * The bytes of a file that is kept in memory whole.
 * @param pipes take also a pipe, as a shell gives for `<(command)`
 * @throws errors of the file system, for what is not a file and for what is larger
 */
export const readWhole = (file: string, maxBytes: number, pipes = false): Buffer => {
  const isPipe = pipes && fs.statSync(file).isFIFO()
  const handle = isPipe ? fs.openSync(file, O_RDONLY) : openFile(file)
  try {
    const pieces: Array<Buffer> = []
    let size = 0
    for (;;) {
      const piece = Buffer.allocUnsafe(Math.min(maxBytes + 1 - size, 256 * 1024))
      const got = fs.readSync(handle, piece, 0, piece.length, null)
      if (got === 0) return Buffer.concat(pieces)
      pieces.push(piece.subarray(0, got))
      size += got
      if (size > maxBytes) throw tooLarge(maxBytes)
    }
  } finally {
    fs.closeSync(handle)
  }
}

/**
 * Copies what a file holds, or so many bytes of it, into one that is there; what was in that before is gone. What is empty takes no room
 * in the copy, as somebody may send a hole of gigabytes. Links are not followed.
 */
export const copyFile = (from: string, to: string, most: number = Number.POSITIVE_INFINITY): void => {
  const source = openFile(from, { links: "refused" })
  try {
    const target = fs.openSync(to, fs.constants.O_WRONLY | fs.constants.O_TRUNC | O_NOFOLLOW)
    try {
      const piece = Buffer.allocUnsafe(megabyte)
      const nothing = Buffer.alloc(megabyte)
      let copied = 0
      while (copied < most) {
        const got = fs.readSync(source, piece, 0, Math.min(megabyte, most - copied), copied)
        if (got === 0) break
        if (!piece.subarray(0, got).equals(nothing.subarray(0, got)))
          for (let at = 0; at < got; ) at += fs.writeSync(target, piece, at, got - at, copied + at)
        copied += got
      }
      fs.ftruncateSync(target, copied)
    } finally {
      fs.closeSync(target)
    }
  } finally {
    fs.closeSync(source)
  }
}
