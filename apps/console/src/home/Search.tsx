import { useSignal } from "@preact/signals"
import { linkTo } from "../address/Link.js"
import { answerOf, client, type Schemas } from "../api/Client.js"
import { useAnswer } from "../api/useAnswer.js"
import { Name, Wrong } from "../parts/Parts.js"
import { useSettled } from "../parts/useSettled.js"
import { known } from "../texts/known.js"
import { texts, timeText } from "../texts/Texts.js"

type Found = Schemas["Found"]

/** What came and went several times under one name is found once, as it was last. */
const lastOfEach = (items: ReadonlyArray<Found>): ReadonlyArray<Found> => [
  ...new Map(items.map((item) => [`${item.kind} ${item.name} ${item.id}`, item])).values()
]

/** The state just before a run of versions ended; of one from before the log the backup that it began with. */
const lastOf = (source: string, untilPosition = 0): string =>
  source.startsWith("@") && untilPosition > 0 ? `@${untilPosition - 1}` : source

/** Finds through all history as one types: what is, what was called so, what is deleted. */
export const Search = ({ library }: { readonly library: string }) => {
  const t = texts.value
  const typed = useSignal("")
  const q = useSettled(typed.value.trim())
  const found = useAnswer(q === "" ? undefined : `find ${library} ${q}`, (signal) =>
    answerOf(
      client.GET("/v1/libraries/{library}/find", {
        signal,
        params: { path: { library }, query: { q: q.slice(0, 200), limit: 50 } }
      })
    )
  )
  const items = found.value && lastOfEach(found.value.items)
  const now = new Date()
  return (
    <search class="search">
      <label for="search">{t.searchLabel}</label>
      <input
        id="search"
        type="search"
        autocomplete="off"
        spellcheck={false}
        maxLength={200}
        placeholder={t.searchHint}
        value={typed.value}
        onInput={({ currentTarget }) => {
          typed.value = currentTarget.value
        }}
      />
      <div role="status" class="count">
        {q !== "" &&
          items !== undefined &&
          (items.length === 0 ? t.searchNone(q) : t.searchCount(items.length))}
      </div>
      {q !== "" && found._tag === "Failed" && <Wrong error={found.error} again={found.again} />}
      {q !== "" && items !== undefined && items.length > 0 && (
        <ul class="rows">
          {items.map(({ kind, id, name, fields, source, until, untilPosition }) => (
            <li key={`${kind} ${id} ${source} ${until}`}>
              {kind === "preferences" ? (
                <Name of={name} />
              ) : (
                <a
                  href={linkTo([library, kind, id], {
                    at: until === undefined ? undefined : lastOf(source, untilPosition)
                  })}
                >
                  <Name of={name} />
                </a>
              )}
              <span class="facts">
                {t.searchIn(fields.map((field) => known(t.fields, field) ?? field).join(", "))} ·{" "}
                {until === undefined ? t.searchNow : t.searchUntil(timeText(until, now))}
              </span>
            </li>
          ))}
        </ul>
      )}
    </search>
  )
}
