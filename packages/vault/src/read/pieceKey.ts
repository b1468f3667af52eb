import type { SegmentPlace } from "./SegmentPlace.js"

/** How a piece of a file is called among those that are kept. */
export const pieceKey = ({ id }: SegmentPlace, name: string, piece: string): string =>
  `${id} ${name} ${piece}`
