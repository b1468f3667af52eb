/**
 * The Phase 5 exchange file: `{version, timestamp, description, songs, performances, preferences}`, where the last three
 * are strings that hold JSON. Two families of apps wrote it; see `docs/format.md`, "Exchange file".
 */
import { type Rejected, rejected } from "../document/JsonText.js"
import {
  type ExchangeHead,
  type ExchangeOptions,
  type ExchangeProblem,
  ExchangeReader,
  type Family
} from "./ExchangeReader.js"
import type { ExchangeEntity } from "./entityOfJson.js"

export interface ExchangeContents {
  /** Each once: of two with one id the first. */
  readonly entities: ReadonlyArray<ExchangeEntity>
  readonly problems: ReadonlyArray<ExchangeProblem>
}

export interface ExchangeFile extends ExchangeContents, ExchangeHead {
  readonly _tag: "Exchange"
  readonly family: Family
}

/**
 * The three JSON texts of a Phase 5 backup (a `backups` row or an exchange file), of either family, told apart per
 * object. Never throws: what is broken, doubled or of a wrong type is a problem, the rest is read.
 */
export const readExchangeParts = (
  parts: {
    readonly songs: Uint8Array | string
    readonly performances: Uint8Array | string
    readonly preferences: Uint8Array | string
  },
  options: ExchangeOptions
): ExchangeContents => {
  const reader = new ExchangeReader(options)
  const entities = [
    ...reader.part("song", parts.songs),
    ...reader.part("performance", parts.performances),
    ...reader.part("preferences", parts.preferences)
  ]
  return { entities, problems: reader.problems }
}

/** A whole exchange file in memory; `ExchangeReader` reads larger ones. Never throws. */
export const readExchangeFile = (bytes: Uint8Array, options: ExchangeOptions): ExchangeFile | Rejected => {
  const reader = new ExchangeReader(options)
  const entities = [...reader.file([bytes])]
  if (!isExchange(reader))
    return rejected("it is not an exchange file: it has no songs, performances or preferences")
  return { _tag: "Exchange", entities, problems: reader.problems, family: reader.family, ...reader.head }
}

/** True when what was read is an exchange file at all. */
export const isExchange = ({ seen }: ExchangeReader): boolean =>
  seen.has("songs") || seen.has("performances") || seen.has("preferences")
