/** Which songs changed when; and the library as it was at any moment, from where every song can be brought back. */
import { useSignal } from "@preact/signals"
import { useEffect, useMemo, useRef } from "preact/hooks"
import { goTo } from "../address/Address.js"
import { linkTo, parseAddress } from "../address/Link.js"
import type { Library } from "../api/Session.js"
import { useAnswer } from "../api/useAnswer.js"
import { Pending, Title, Wrong } from "../parts/Parts.js"
import { texts } from "../texts/Texts.js"
import { Lanes } from "./Lanes.js"
import { overviewOf, type Timeline } from "./Sheet.js"
import { Sight } from "./Sight.js"

export interface TimelinePageProps {
  readonly library: Library
  readonly query: URLSearchParams
}

export const TimelinePage = ({ library, query }: TimelinePageProps) => {
  const t = texts.value
  const overview = useAnswer(`timeline ${library.id}`, (signal) => overviewOf(library.id, signal))
  if (overview.value === undefined) return <Pending title={t.timeline} of={overview} />
  return (
    <>
      <Title>{t.timeline}</Title>
      {overview._tag === "Failed" && <Wrong error={overview.error} again={overview.again} />}
      {overview.value.count === 0 ? (
        <p>{t.songsNone}</p>
      ) : (
        <Shown library={library} query={query} overview={overview.value} />
      )}
    </>
  )
}

const momentIn = (query: URLSearchParams): number | undefined => {
  const time = Date.parse(query.get("at") ?? "")
  return Number.isNaN(time) ? undefined : time
}

/** From the first change until now; a clock may have been ahead. */
const allOf = ({ first, last }: Timeline) => {
  const now = Date.now()
  const from = Math.min(now, Date.parse(first ?? "") || now)
  return { from, until: Math.max(now, Date.parse(last ?? "") || now) }
}

const Shown = ({ library, query, overview }: TimelinePageProps & { readonly overview: Timeline }) => {
  const t = texts.value
  const search = useSignal(query.get("name") ?? "")
  const order = useSignal<"changed" | "name">(query.get("order") === "name" ? "name" : "changed")
  const sight = useMemo(() => new Sight(allOf(overview), momentIn(query)), [])
  useEffect(() => sight.follow(allOf(overview)), [overview])
  // Another moment in the address is looked at; what stands there of ourselves is not.
  const asked = query.get("at")
  const written = useRef(asked)
  useEffect(() => {
    if (asked !== written.current) sight.goTo(momentIn(query))
    written.current = asked
  }, [asked])
  // What one looks at stays in the address, as soon as one has come to rest.
  const at = sight.at.value
  useEffect(() => {
    const timer = setTimeout(() => {
      const { path, query: now } = parseAddress(location.hash)
      // One may be on the way to another page, or to another moment.
      if (path[0] !== library.id || path[1] !== "timeline" || now.get("at") !== written.current) return
      const moment = at === undefined ? undefined : new Date(at).toISOString()
      written.current = moment ?? null
      const where = {
        at: moment,
        name: search.value.trim() || undefined,
        order: order.value === "name" ? "name" : undefined
      }
      goTo(linkTo([library.id, "timeline"], where), true)
    }, 300)
    return () => clearTimeout(timer)
  }, [at, search.value, order.value])
  return (
    <div class="timeline">
      <div class="buttons">
        <label>
          {t.songsFilter}{" "}
          <input
            type="search"
            maxLength={200}
            value={search.value}
            onInput={({ currentTarget }) => {
              search.value = currentTarget.value
            }}
          />
        </label>
        <span role="status">
          {sight.count.value !== undefined && t.songsShown(sight.count.value, overview.count)}
        </span>
        <label>
          {t.timelineOrder}{" "}
          <select
            value={order.value}
            onChange={({ currentTarget }) => {
              order.value = currentTarget.value === "name" ? "name" : "changed"
            }}
          >
            <option value="changed">{t.timelineOrders.changed}</option>
            <option value="name">{t.timelineOrders.name}</option>
          </select>
        </label>
        <span class="zoom">
          <button type="button" class="quiet" aria-label={t.zoomOut} onClick={() => sight.zoom(1 / 1.5)}>
            −
          </button>
          <button type="button" class="quiet" aria-label={t.zoomIn} onClick={() => sight.zoom(1.5)}>
            +
          </button>
          <button
            type="button"
            class="quiet"
            onClick={() => sight.look({ from: sight.begin, until: sight.end })}
          >
            {t.timelineAll}
          </button>
        </span>
      </div>
      <Lanes
        key={`${order.value} ${search.value.trim()}`}
        library={library}
        list={{ library: library.id, order: order.value, search: search.value.trim() }}
        sight={sight}
        all={overview.count}
      />
    </div>
  )
}
