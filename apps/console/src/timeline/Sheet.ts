/** Parts of a timeline as the server tells them. */
import { answerOf, client, type Schemas } from "../api/Client.js"
import { blockSize, type Wanted } from "./Blocks.js"
import { slotsFor, type View } from "./Scale.js"

export type Timeline = Schemas["Timeline"]
export type TimelineRow = Timeline["rows"][number]
export type Mark = Timeline["marks"][number]

/** Which rows there are, and in which order. */
export interface List {
  readonly library: string
  readonly order: "changed" | "name"
  readonly search: string
}

/** What is told of a block of rows in some slots. */
export interface Sheet extends Pick<Timeline, "rows" | "marks" | "events" | "count" | "position"> {
  readonly offset: number
  /** Where slots begin, and where the last one ends, in milliseconds since 1970. */
  readonly edges: ReadonlyArray<number>
  readonly length: string
  /** After so many changes of the library. */
  readonly generation: number
}

/** What rows of a block were at a moment; those that were not there are missing. */
export interface Then {
  readonly generation: number
  readonly at: number
  readonly rows: ReadonlyMap<string, { readonly name: string; readonly position: number }>
}

export const keyOf = ({ kind, id }: Pick<TimelineRow, "kind" | "id">): string => `${kind} ${id}`

const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC"

const partOf = ({ library, order, search }: List, offset: number) => ({
  path: { library },
  query: { order, offset, limit: blockSize, ...(search !== "" && { search }) }
})

const timeline = "/v1/libraries/{library}/timeline"

/** When the library began and was changed last, and how many rows there are in all. */
export const overviewOf = (library: string, signal: AbortSignal): Promise<Timeline> =>
  answerOf(client.GET(timeline, { signal, params: { path: { library }, query: { limit: 1 } } }))

/** Changes in sight, and half as much on either side. */
export const sheetsIn = (
  list: List,
  generation: number,
  view: View,
  inSight: View,
  width: number
): Pick<Wanted<Sheet>, "fits" | "ask"> => {
  const [length, longest] = slotsFor(view, width)
  const span = view.until - view.from
  const from = new Date(Math.max(0, view.from - span / 2)).toISOString()
  const slots = Math.min(1024, Math.ceil((span * 2) / longest) + 1)
  return {
    fits: (sheet) =>
      sheet.generation === generation &&
      sheet.length === length &&
      (sheet.edges[0] ?? 0) <= inSight.from &&
      (sheet.edges.at(-1) ?? 0) >= inSight.until,
    ask: async (offset, signal) => {
      const { path, query } = partOf(list, offset)
      const params = { path, query: { ...query, from, length, slots, zone } }
      const told = await answerOf(client.GET(timeline, { signal, params }))
      return { ...told, offset, generation, length, edges: told.edges.map((edge) => Date.parse(edge)) }
    }
  }
}

/** What rows were at a moment. */
export const thenAt = (list: List, generation: number, at: number): Pick<Wanted<Then>, "fits" | "ask"> => ({
  fits: (then) => then.generation === generation && then.at === at,
  ask: async (offset, signal) => {
    const { path, query } = partOf(list, offset)
    const params = { path, query: { ...query, at: new Date(at).toISOString() } }
    const { rows } = await answerOf(client.GET(timeline, { signal, params }))
    return {
      ...{ generation, at },
      rows: new Map(rows.flatMap((row) => (row.was === undefined ? [] : [[keyOf(row), row.was]])))
    }
  }
})
