import { type Cell, type Kind, liveTables } from "./Entity.js"

/** A cell whose bytes are kept as an object. `text` tells TEXT from BLOB. */
export class ObjectRef {
  constructor(
    readonly hash: Uint8Array,
    readonly length: number,
    readonly text: boolean
  ) {}
}

export type RecordCells = ReadonlyMap<string, Cell | ObjectRef>

/** Longer texts and blobs become objects. */
export const inlineLimit = 1024

export const knownColumns: Readonly<Record<Kind, ReadonlySet<string>>> = {
  song: new Set(liveTables.song.columns),
  performance: new Set(liveTables.performance.columns),
  preferences: new Set(liveTables.preferences.columns)
}
