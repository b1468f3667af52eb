import { useEffect, useRef } from "preact/hooks"
import type { Schemas } from "../api/Client.js"
import { texts, timeText } from "../texts/Texts.js"

export type Version = Schemas["Version"]

export interface VersionsProps {
  /** Oldest first. */
  readonly versions: ReadonlyArray<Version>
  readonly chosen: Version
  readonly onChoose: (version: Version) => void
}

/** When it was made; of what is from before the log only the backups are known between which that was. */
export const whenOf = ({ timestamp, firstIn, notIn }: Version): string =>
  firstIn === undefined && notIn === undefined
    ? timeText(timestamp, new Date())
    : texts.value.versionBetween(notIn, firstIn)

/** All versions as a strip, oldest left: arrow keys go through them. */
export const Versions = ({ versions, chosen, onChoose }: VersionsProps) => {
  const t = texts.value
  const strip = useRef<HTMLDivElement>(null)
  // The chosen one comes into sight
  useEffect(() => {
    const list = strip.current
    const one = list?.querySelector<HTMLElement>("[aria-checked=true]")
    if (list && one) list.scrollLeft = one.offsetLeft - list.clientWidth / 2 + one.clientWidth / 2
  }, [chosen.version, versions.length])
  const step = (by: number) => {
    const at = versions.findIndex(({ version }) => version === chosen.version) + by
    const next = versions[Math.min(versions.length - 1, Math.max(0, at))]
    if (next === undefined) return
    onChoose(next)
    strip.current?.querySelector<HTMLElement>(`[data-version="${next.version}"]`)?.focus()
  }
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    Home: () => step(-versions.length),
    End: () => step(versions.length)
  }
  const newest = versions.at(-1)
  return (
    <section aria-labelledby="versions">
      <h2 id="versions">
        {t.versions} ({versions.length})
      </h2>
      <div
        ref={strip}
        class="strip"
        role="radiogroup"
        aria-labelledby="versions"
        onKeyDown={(event) => {
          const action = keys[event.key]
          if (action === undefined) return
          event.preventDefault()
          action()
        }}
      >
        {versions.map((each, index) => {
          const isChosen = each.version === chosen.version
          return (
            // biome-ignore lint/a11y/useSemanticElements: a strip of cards; keys work as in a group of radio buttons
            <button
              key={each.version}
              type="button"
              role="radio"
              aria-checked={isChosen}
              tabIndex={isChosen ? 0 : -1}
              data-version={each.version}
              class={`card${each.deleted ? " gone" : ""}`}
              onClick={() => onChoose(each)}
            >
              <b>{whenOf(each)}</b>
              {each === newest && <span class="tag">{t.versionNow}</span>}
              <span class="facts">
                {each.deleted ? (
                  t.versionDeleted
                ) : index === 0 ? (
                  t.versionFirst
                ) : (
                  <bdi>
                    {each.changes.slice(0, 2).join(" · ")}
                    {each.changes.length > 2 && ` (+${each.changes.length - 2})`}
                  </bdi>
                )}
              </span>
            </button>
          )
        })}
      </div>
    </section>
  )
}
