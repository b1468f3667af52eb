/** One song: its versions, what is different, two of them over each other, to see and to hear. */
import { goTo } from "../address/Address.js"
import { linkTo } from "../address/Link.js"
import type { Library } from "../api/Session.js"
import { useAnswer } from "../api/useAnswer.js"
import { BringBack } from "../parts/BringBack.js"
import { Name, Pending, Title, Waiting, Wrong } from "../parts/Parts.js"
import { Words } from "../parts/Words.js"
import { language, texts } from "../texts/Texts.js"
import { DifferenceWords } from "./DifferenceWords.js"
import { historyOf } from "./historyOf.js"
import { type Kind, readItem } from "./Item.js"
import { Notes } from "./Notes.js"
import { type Version, Versions, whenOf } from "./Versions.js"

export interface SongPageProps {
  readonly library: Library
  readonly kind: Kind
  readonly id: string
  readonly query: URLSearchParams
}

/** The version of a moment: `@1234`, a backup, or a time. Without one, the last that is not what it is now. */
const versionAt = (versions: ReadonlyArray<Version>, then: string | null): Version | undefined => {
  const exact = versions.find(({ source, firstIn }) => then !== null && (source === then || firstIn === then))
  if (exact !== undefined) return exact
  if (then?.startsWith("@")) return versions.findLast(({ position }) => position <= Number(then.slice(1)))
  if (then !== null && !Number.isNaN(Date.parse(then)))
    return versions.findLast(({ timestamp }) => Date.parse(timestamp) <= Date.parse(then))
  return versions.findLast(({ deleted }, index) => !deleted && index < versions.length - 1)
}

export const SongPage = ({ library, kind, id, query }: SongPageProps) => {
  const t = texts.value
  const history = useAnswer(`history ${language.value} ${library.id} ${kind} ${id}`, (signal) =>
    historyOf(library.id, kind, id, signal)
  )
  if (history.value === undefined)
    return <Pending title={kind === "song" ? t.song : t.performance} of={history} />
  const versions = history.value.toSorted((a, b) => a.version - b.version)
  const newest = versions.at(-1)
  const chosen = versionAt(versions, query.get("at")) ?? versions[0]
  if (newest === undefined || chosen === undefined) return <p>{t.songsNone}</p>
  const choose = ({ source }: Version) => goTo(linkTo([library.id, kind, id], { at: source }), true)
  return (
    <>
      <Title>
        <Name of={newest.name} />
      </Title>
      {newest.deleted && <p class="lead bad">{t.isDeleted}</p>}
      {history._tag === "Failed" && <Wrong error={history.error} again={history.again} />}
      <Versions versions={versions} chosen={chosen} onChoose={choose} />
      {chosen.deleted ? (
        <p>{t.versionGone}</p>
      ) : (
        <Compared library={library} kind={kind} id={id} chosen={chosen} newest={newest} />
      )}
    </>
  )
}

/** Who made a version: the app, what runs by itself, or somebody at a computer. */
const whoText = (actor: string): string => {
  const t = texts.value
  if (actor === "unknown") return t.versionUnknown
  if (actor === "external") return t.versionInApp
  return actor === "scheduler" ? t.versionByItself : t.versionBy(actor)
}

interface ComparedProps extends Omit<SongPageProps, "query"> {
  readonly chosen: Version
  readonly newest: Version
}

/** The chosen version, and the song as it is now where it is still there. */
const Compared = ({ library, kind, id, chosen, newest }: ComparedProps) => {
  const t = texts.value
  const read = (at: string) => (signal: AbortSignal) => readItem(library.id, kind, id, at, signal)
  const key = (at: string) => `item ${library.id} ${kind} ${id} ${at}`
  const isNow = chosen.version === newest.version
  const then = useAnswer(key(chosen.source), read(chosen.source))
  const now = useAnswer(newest.deleted ? undefined : key(newest.source), read(newest.source))
  if (then._tag === "Failed")
    return (
      <>
        <p>{t.contentGone}</p>
        <Wrong error={then.error} again={then.again} />
      </>
    )
  if (then.value === undefined || (!newest.deleted && now._tag === "Loading")) return <Waiting />
  return (
    <>
      <section aria-labelledby="differences">
        <h2 id="differences">
          {isNow
            ? t.differencesBefore
            : `${whenOf(chosen)} · ${newest.deleted ? t.differencesGone : t.differences}`}
        </h2>
        {now._tag === "Failed" && <Wrong error={now.error} again={now.again} />}
        {isNow ? (
          <Words words={chosen.changes} />
        ) : (
          now.value !== undefined && <DifferenceWords then={then.value} now={now.value} />
        )}
        <p class="facts">
          {t.version(chosen.version)} · <bdi>{whoText(chosen.actor)}</bdi>
        </p>
      </section>
      {!isNow && (
        <BringBack
          library={library}
          wish={{ at: chosen.source, only: [{ kind, id }] }}
          mayBeParts={!newest.deleted}
        />
      )}
      <Notes then={then.value} now={isNow ? undefined : now.value} />
      <details>
        <summary>{t.document}</summary>
        <div class="documents">
          <textarea readOnly rows={16} aria-label={t.documentThen} value={then.value.document} />
          {now.value !== undefined && !isNow && (
            <textarea readOnly rows={16} aria-label={t.documentNow} value={now.value.document} />
          )}
        </div>
      </details>
    </>
  )
}
