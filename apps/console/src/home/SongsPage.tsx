import { useSignal } from "@preact/signals"
import { goTo } from "../address/Address.js"
import { linkTo } from "../address/Link.js"
import { allOf, answerOf, client } from "../api/Client.js"
import { useAnswer } from "../api/useAnswer.js"
import { Name, Time, Title, Waiting, Wrong } from "../parts/Parts.js"
import { texts } from "../texts/Texts.js"

/** As many rows stand in the page at first: 10,000 would take a second. */
const few = 100

/** All songs and performances, now or as they were at `at`. What is typed stays in the address. */
export const SongsPage = (props: { readonly library: string; readonly query: URLSearchParams }) => {
  const t = texts.value
  const { library, query } = props
  const at = query.get("at") ?? undefined
  const filter = useSignal(query.get("name") ?? "")
  const shown = useSignal(few)
  const params = (after: string | undefined) => ({
    path: { library },
    query: { limit: 1000, ...(at !== undefined && { at }), ...(after !== undefined && { after }) }
  })
  const songs = useAnswer(`songs ${library} ${at}`, async (signal) => {
    const [songsThen, performancesThen] = await Promise.all([
      allOf((after) =>
        answerOf(client.GET("/v1/libraries/{library}/songs", { signal, params: params(after) }))
      ),
      allOf((after) =>
        answerOf(client.GET("/v1/libraries/{library}/performances", { signal, params: params(after) }))
      )
    ])
    return [
      ...songsThen.map(({ id, name, updatedAt }) => ({ kind: "song", id, name, updatedAt })),
      ...performancesThen.map(({ id, name, updatedAt }) => ({ kind: "performance", id, name, updatedAt }))
    ]
  })
  const wanted = filter.value.trim().toLocaleLowerCase()
  const matching = songs.value?.filter(({ name }) => name.toLocaleLowerCase().includes(wanted))
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
          {matching !== undefined && t.songsShown(matching.length, songs.value?.length ?? 0)}
        </span>
      </p>
      {songs._tag === "Failed" && <Wrong error={songs.error} again={songs.again} />}
      {matching === undefined && songs._tag === "Loading" && <Waiting />}
      {songs.value?.length === 0 && <p>{t.songsNone}</p>}
      <ul class="rows">
        {matching?.slice(0, shown.value).map(({ kind, id, name, updatedAt }) => (
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
      {matching !== undefined && matching.length > shown.value && (
        <button type="button" class="quiet" onClick={() => (shown.value += 500)}>
          {t.more} ({matching.length - shown.value})
        </button>
      )}
    </>
  )
}
