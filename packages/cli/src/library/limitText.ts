import type { LibraryStatus } from "@white-room/store"
import { printable } from "../terminal/Harmless.js"

const done = { insert: "added", update: "changed in all columns", delete: "deleted" } as const

/** What of a table only the app can write, in words. */
export const limitText = ({ table, cannot, needs, parts }: LibraryStatus["limits"][number]): string =>
  `Rows of ${table} are protected, but cannot be ${cannot.map((verb) => done[verb]).join(" or ")} here, by a restore neither: only the app has ${printable(needs)}${parts.length === 0 ? "" : `, which its ${parts.map(printable).join(", ")} needs`}.`
