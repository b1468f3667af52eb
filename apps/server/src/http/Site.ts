/**
 * The console's files, read once when the server starts: what is asked for is looked up by its name, so no address leads to
 * another file. A name with a hash in it never means other bytes, and is kept by browsers for ever.
 */
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"

interface SiteFile {
  readonly type: string
  readonly isForEver: boolean
  /** Its bytes as they are, and compressed where that was built. */
  readonly bodies: ReadonlyMap<"br" | "gzip" | "", Uint8Array>
  readonly hash: string
}

/** Files by their address; empty when no console was built. */
export type Site = ReadonlyMap<string, SiteFile>

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8"
}

const compressed = { br: ".br", gzip: ".gz" } as const

const hasHash = (name: string): boolean => /[.-][A-Za-z0-9_]{8,}\.[a-z0-9]+$/.test(path.posix.basename(name))

/** All files of a folder as they are now. */
export const readSite = (folder: URL): Site => {
  const root = fileURLToPath(folder)
  if (!existsSync(root)) return new Map()
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
  const all = new Map(names.map((name) => [name, new Uint8Array(readFileSync(path.join(root, name)))]))
  const files = [...all].flatMap(([name, body]): ReadonlyArray<readonly [string, SiteFile]> => {
    const ending = path.posix.extname(name)
    if (ending === compressed.br || ending === compressed.gzip) return []
    const bodies = new Map<"br" | "gzip" | "", Uint8Array>([["", body]])
    for (const coding of ["br", "gzip"] as const) {
      const smaller = all.get(name + compressed[coding])
      if (smaller !== undefined) bodies.set(coding, smaller)
    }
    const hash = createHash("sha256").update(body).digest("base64url").slice(0, 27)
    const type = types[ending] ?? "application/octet-stream"
    return [[`/${name}`, { type, isForEver: hasHash(name), bodies, hash }]]
  })
  return new Map(files)
}

/** What belongs to programs: an address below these is never one of the console's pages. */
const ofPrograms = /^\/(?:v1|health|metrics|docs|openapi\.json)(?:\/|$)/

/** The file that an address means: its own, or the page, which knows by the address what to show. */
export const siteFile = (site: Site, address: string): SiteFile | undefined => {
  const found = site.get(address)
  if (found !== undefined || ofPrograms.test(address)) return found
  return path.posix.basename(address).includes(".") ? undefined : site.get("/index.html")
}

/** Nothing comes from elsewhere, and no text becomes a program. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'"
].join("; ")

/** Whether a browser takes an encoding: it is named, and not with `q=0`. */
const accepts = (header: string, coding: string): boolean =>
  header.split(",").some((each) => {
    const [name = "", ...parameters] = each.split(";").map((part) => part.trim().toLowerCase())
    return name === coding && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))
  })

interface Asked {
  readonly "accept-encoding"?: string | undefined
  readonly "if-none-match"?: string | undefined
}

/** A file as an answer: compressed where the browser takes that, without its bytes where it has them. */
export const sendFile = (file: SiteFile, asked: Asked): HttpServerResponse.HttpServerResponse => {
  const wanted = asked["accept-encoding"] ?? ""
  const coding =
    (["br", "gzip"] as const).find((each) => file.bodies.has(each) && accepts(wanted, each)) ?? ""
  const tag = `"${file.hash}${coding === "" ? "" : `-${coding}`}"`
  const headers = {
    etag: tag,
    vary: "accept-encoding",
    "cache-control": file.isForEver ? "public, max-age=31536000, immutable" : "no-cache",
    "content-security-policy": policy,
    "cross-origin-opener-policy": "same-origin"
  }
  const has = (asked["if-none-match"] ?? "")
    .split(",")
    .some((each) => each.trim().replace(/^W\//, "") === tag)
  if (has) return HttpServerResponse.empty({ status: 304, headers })
  return HttpServerResponse.uint8Array(file.bodies.get(coding) ?? new Uint8Array(), {
    contentType: file.type,
    headers: { ...headers, ...(coding !== "" && { "content-encoding": coding }) }
  })
}
