import { useSignal } from "@preact/signals"
import { linkTo } from "../address/Link.js"
import { answerOf, client } from "../api/Client.js"
import type { Library } from "../api/Session.js"
import { useAnswer } from "../api/useAnswer.js"
import { BringBack } from "../parts/BringBack.js"
import { Name, Pending, Title, Waiting, Wrong } from "../parts/Parts.js"
import { language, sizeText, texts, timeText } from "../texts/Texts.js"
import { BackupActions } from "./BackupActions.js"
import { Difference } from "./Difference.js"

/** One backup: what it holds, what is different now, and what it brought. */
export const BackupPage = (props: { readonly library: Library; readonly backup: string }) => {
  const t = texts.value
  const { backup } = props
  const library = props.library.id
  const shown = useSignal(50)
  const detail = useAnswer(`backup ${library} ${backup}`, (signal) =>
    answerOf(
      client.GET("/v1/libraries/{library}/backups/{id}", {
        signal,
        params: { path: { library, id: backup } }
      })
    )
  )
  const now = useAnswer(`diff ${language.value} ${library} ${backup}`, (signal) =>
    answerOf(
      client.GET("/v1/libraries/{library}/diff", {
        signal,
        params: { path: { library }, query: { from: backup, language: language.value } }
      })
    )
  )
  if (detail.value === undefined) return <Pending title={backup} of={detail} />
  const { number, position, timestamp, description, trigger, entries, songs, performances, size } =
    detail.value
  const { tags, pinned } = detail.value
  const isSame =
    now.value !== undefined &&
    now.value.created.length + now.value.changed.length + now.value.deleted.length === 0
  return (
    <>
      <Title>
        b{number}, {timeText(timestamp, new Date())}
      </Title>
      <p class="lead">
        {description !== "" && (
          <>
            <Name of={description} />
            {" · "}
          </>
        )}
        {t.triggers[trigger]} · {t.backupHas(songs, performances)} · {sizeText(size)}
        {pinned && <span class="tag">{t.backupPinned}</span>}
        {tags.map((tag) => (
          <span class="tag" key={tag}>
            <Name of={tag} />
          </span>
        ))}
      </p>
      <section>
        <h2>{t.backupNow}</h2>
        {now._tag === "Failed" && <Wrong error={now.error} again={now.again} />}
        {now.value === undefined && now._tag === "Loading" && <Waiting />}
        {isSame && <p>{t.backupSame}</p>}
        {now.value !== undefined && !isSame && (
          <Difference library={library} of={now.value} at={`@${position}`} />
        )}
      </section>
      {!isSame && detail.value.forgottenAt === undefined && (
        <BringBack library={props.library} wish={{ at: `b${number}`, only: [] }} />
      )}
      <BackupActions
        key={detail.value.backupId}
        library={props.library}
        backup={detail.value}
        again={detail.again}
      />
      <section>
        <h2>{t.backupContents}</h2>
        <ul class="rows">
          {entries.slice(0, shown.value).map(({ kind, id, name, size: bytes }) => (
            <li key={`${kind} ${id}`}>
              {kind === "preferences" ? (
                <Name of={name} />
              ) : (
                <a href={linkTo([library, kind, id], { at: `@${position}` })}>
                  <Name of={name} />
                </a>
              )}
              <span class="facts">{sizeText(bytes)}</span>
            </li>
          ))}
        </ul>
        {entries.length > shown.value && (
          <button type="button" class="quiet" onClick={() => (shown.value += 500)}>
            {t.more} ({entries.length - shown.value})
          </button>
        )}
      </section>
    </>
  )
}
