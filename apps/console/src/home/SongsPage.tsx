import { useSignal } from "@preact/signals"
import { useRef } from "preact/hooks"
import { goTo } from "../address/Address.js"
import { linkTo } from "../address/Link.js"
import { answerOf, client } from "../api/Client.js"
import { useAnswer } from "../api/useAnswer.js"
import { Name, Time, Title, Waiting, Wrong } from "../parts/Parts.js"
import { useSettled } from "../parts/useSettled.js"
import { texts } from "../texts/Texts.js"

/** As many are asked for at first, and stand in the page. */
const few = 100

interface Shown {
  readonly count: number
  readonly rows: ReadonlyArray<{
    readonly kind: string
    readonly id: string
    readonly name: string
    readonly updatedAt: string | null
  }>
}

interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly isLast: boolean
  readonly next?: string
  readonly count: number
}

/** The first of a list, a page at a time; and how many there are. Where none are wanted, one is asked for all the same. */
const firstOf = async <A,>(most: number, page: (limit: number, after?: string) => Promise<Page<A>>) => {
  let { items, next, count } = await page(Math.min(1000, Math.max(1, most)))
  while (next !== undefined && items.length < most) {
    const more: Page<A> = await page(Math.min(1000, most - items.length), next)
    items = [...items, ...more.items]
    next = more.next
  }
  return { items: items.slice(0, most), count }
}

/**
 * Songs and performances, now or as they were at `at`: as many as are shown, and those that have a name are looked for where the
 * library is. What is typed stays in the address.
 */
export const SongsPage = (props: { readonly library: string; readonly query: URLSearchParams }) => {
  const t = texts.value
  const { library, query } = props
  const at = query.get("at") ?? undefined
  const filter = useSignal(query.get("name") ?? "")
  const shown = useSignal(few)
  const wanted = useSettled(filter.value.trim())
  // While more or others are asked for, what there is stays
  const latest = useRef<Shown | undefined>(undefined)
  const all = useRef<number | undefined>(undefined)
  const songs = useAnswer(`songs ${library} ${at} ${shown.value} ${wanted}`, async (signal) => {
    const params = (limit: number, after: string | undefined) => ({
      path: { library },
      query: {
        ...{ limit, ...(at !== undefined && { at }), ...(after !== undefined && { after }) },
        ...(wanted !== "" && { name: wanted })
      }
    })
    const songsThen = await firstOf(shown.value, (limit, after) =>
      answerOf(client.GET("/v1/libraries/{library}/songs", { signal, params: params(limit, after) }))
    )
    const others = await firstOf(shown.value - songsThen.items.length, (limit, after) =>
      answerOf(client.GET("/v1/libraries/{library}/performances", { signal, params: params(limit, after) }))
    )
    return {
      count: songsThen.count + others.count,
      rows: [
        ...songsThen.items.map(({ id, name, updatedAt }) => ({ kind: "song", id, name, updatedAt })),
        ...others.items.map(({ id, name, updatedAt }) => ({ kind: "performance", id, name, updatedAt }))
      ]
    }
  })
  if (songs.value !== undefined) latest.current = songs.value
  if (songs.value !== undefined && wanted === "") all.current = songs.value.count
  const found = latest.current
  return (
    <>
      <Title>{at === undefined ? t.allSongs : t.songsAs(at)}</Title>
      <p>
        <label>
          {t.songsFilter}{" "}
          <input
            type="search"
            value={filter.value}
            onInput={({ currentTarget }) => {
              filter.value = currentTarget.value
              shown.value = few
              goTo(linkTo([library, "songs"], { at, name: currentTarget.value || undefined }), true)
            }}
          />
        </label>{" "}
        <span role="status">
          {found !== undefined && t.songsShown(found.count, all.current ?? found.count)}
        </span>
      </p>
      {songs._tag === "Failed" && <Wrong error={songs.error} again={songs.again} />}
      {found === undefined && songs._tag === "Loading" && <Waiting />}
      {found?.count === 0 && <p>{wanted === "" ? t.songsNone : t.songsNoneSo}</p>}
      <ul class="rows">
        {found?.rows.map(({ kind, id, name, updatedAt }) => (
          <li key={`${kind} ${id}`}>
            <a href={linkTo([library, kind, id], { at: at })}>
              <Name of={name} />
            </a>
            <span class="facts">
              {kind === "performance" && `${t.performance} · `}
              {updatedAt !== null && <Time at={updatedAt} />}
            </span>
          </li>
        ))}
      </ul>
      {found !== undefined && found.count > found.rows.length && (
        <button type="button" class="quiet" onClick={() => (shown.value += 500)}>
          {t.more} ({found.count - found.rows.length})
        </button>
      )}
    </>
  )
}
