import { isoTime } from "./isoTime.js"

/** A time of the database as the API tells it; 0 is none. */
export const timeOf = (at: number): string | null => (at === 0 ? null : isoTime(at))
