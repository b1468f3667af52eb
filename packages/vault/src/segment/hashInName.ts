import { parseBoxName, parseSegmentName } from "./SegmentName.js"

const small = /^(?:keys\/ring-|policy\/)\d{6}-([0-9a-f]{16})\.(?:age|json)$/

/**
 * What the name of a file in a vault tells of its bytes: how their SHA-256 begins, in hex. So whoever keeps such files, and has no key
 * to them, can tell that they are not what was written. `undefined` for names that tell nothing.
 */
export const hashInName = (name: string): string | undefined =>
  (parseSegmentName(name) ?? parseBoxName(name))?.body ?? small.exec(name)?.[1]
