/**
 * Where segments lie: `LIBRARY/LINE/KIND LEVEL-FIRST-LAST-PREV-HEAD-BODY.seg`. Same name, same bytes, in every place;
 * two bodies for one range are legal. Anything that is not such a name is passed over.
 */
import { toHex } from "@white-room/core"
import type { SegmentAbout } from "./Segment.js"

/** How libraries and chain hashes are written in names: as they are, or so that only those with the key know them. */
export interface Naming {
  readonly library: (id: string) => string
  /** 16 hex digits. */
  readonly hash: (chainHash: Uint8Array) => string
}

/** What the name of a segment tells. */
export interface SegmentName {
  readonly name: string
  /** The library as it is named there. */
  readonly library: string
  readonly line: string
  readonly kind: SegmentAbout["kind"]
  readonly level: number
  readonly first: number
  readonly last: number
  /** The chain hashes before and at the end, as they are named there. */
  readonly prev: string
  readonly head: string
  /** The first 8 bytes of the SHA-256 of the file, in hex. */
  readonly body: string
}

/** A segment as a listing shows it. */
export interface ListedSegment extends SegmentName {
  readonly bytes: number
  /** When it came, in epoch milliseconds by the clock of the place. */
  readonly arrivedAt: number
  /** On a cover: other files of the same events, where one is not whole. */
  readonly others?: ReadonlyArray<ListedSegment> | undefined
}

/** Whether what is in a segment is what its name says. */
export const isNamed = (listed: SegmentName, about: SegmentAbout, naming: Naming): boolean =>
  naming.library(about.library) === listed.library &&
  about.line === listed.line &&
  about.kind === listed.kind &&
  about.first === listed.first &&
  about.last === listed.last &&
  naming.hash(about.prev) === listed.prev &&
  naming.hash(about.head) === listed.head

const position = (value: number): string => String(value).padStart(12, "0")

/** Enough of a hash for a name. */
export const shortHash = (hash: Uint8Array): string => toHex(hash.subarray(0, 8))

/** The names in plain vaults: ids as they are, hashes cut short. */
export const plainNaming: Naming = { library: (id) => id, hash: shortHash }

/** The folder of a line; the library is named as it is there. */
export const lineFolder = (library: string, line: string): string => `${library}/${line}/`

/** The file that says where a line comes from. */
export const lineFile = (library: string, line: string): string => `${lineFolder(library, line)}line`

/** While that file of a sealed vault is exchanged for one under a newer key, this one says the same. */
export const lineFileBeside = (library: string, line: string, generation: number): string =>
  `${lineFile(library, line)}-${generation}`

/** The name of a segment with this about, whose file has this SHA-256. */
export const segmentName = (about: SegmentAbout, body: Uint8Array, naming: Naming = plainNaming): string => {
  const kind = about.kind === "events" ? "s" : "d"
  const range = `${position(about.first)}-${position(about.last)}`
  const hashes = [naming.hash(about.prev), naming.hash(about.head), shortHash(body)].join("-")
  return `${lineFolder(naming.library(about.library), about.line)}${kind}${about.level}-${range}-${hashes}.seg`
}

const pattern =
  /^([0-9a-f-]{32,36})\/([0-9a-f-]{36})\/([sd])(\d)-(\d{12,15})-(\d{12,15})-([0-9a-f]{16})-([0-9a-f]{16})-([0-9a-f]{16})\.seg$/

/** What a name tells; `undefined` for that of anything else. */
export const parseSegmentName = (name: string): SegmentName | undefined => {
  const [, library = "", line = "", kind, level, first, last, prev = "", head = "", body = ""] =
    pattern.exec(name) ?? []
  if (kind === undefined) return undefined
  return {
    name,
    library,
    line,
    kind: kind === "s" ? "events" : "objects",
    level: Number(level),
    first: Number(first),
    last: Number(last),
    prev,
    head,
    body
  }
}

/** The name of a box: of the segments in it, the first and the last tell where it belongs. */
export const boxName = (first: SegmentName, last: SegmentName, body: Uint8Array): string => {
  const range = `${position(first.first)}-${position(last.last)}`
  return `${lineFolder(first.library, first.line)}x0-${range}-${first.prev}-${last.head}-${shortHash(body)}.box`
}

/** What the name of a box tells: as that of one segment with all that is in it would; `undefined` for any other name. */
export const parseBoxName = (name: string): SegmentName | undefined => {
  const asSegment = name.replace(/\/x0-([0-9a-f-]+)\.box$/, "/s0-$1.seg")
  const parsed = asSegment === name ? undefined : parseSegmentName(asSegment)
  return parsed && { ...parsed, name }
}
