import type { Library } from "../api/Session.js"
import { day } from "../texts/Spans.js"

const weekMs = 7 * day

/** Nothing came from it for a week: somebody should ask. */
export const isLate = ({ arrivedAt }: Pick<Library, "arrivedAt">): boolean =>
  arrivedAt === null || Date.now() - Date.parse(arrivedAt) > weekMs
