import { useSignal } from "@preact/signals"
import { linkTo } from "../address/Link.js"
import { allOf, answerOf, client } from "../api/Client.js"
import { access, type Library } from "../api/Session.js"
import { useAnswer } from "../api/useAnswer.js"
import { lazy } from "../parts/lazy.js"
import { Name, Waiting, Wrong } from "../parts/Parts.js"
import { day } from "../texts/Spans.js"
import { sizeText, texts, timeText } from "../texts/Texts.js"
import type { Backup } from "./Backup.js"
import { Calendar } from "./Calendar.js"
import { TakeBackup } from "./TakeBackup.js"

/** The newest first, as lists of backups come. */
const backupsOf = (library: string, trash: boolean, signal: AbortSignal) =>
  allOf((after) =>
    answerOf(
      client.GET("/v1/libraries/{library}/backups", {
        signal,
        params: {
          path: { library },
          query: { limit: 1000, ...(trash && { trash }), ...(after && { after }) }
        }
      })
    )
  )

const few = 10

/** So long a backup rests in the trash at least. */
const trashTime = 7 * day

const Retention = lazy(() => import("./Retention.js").then((loaded) => loaded.Retention))

/** The backups, as a list with what each added, as a calendar, and those in the trash. */
export const Backups = (props: { readonly library: Library }) => {
  const t = texts.value
  const library = props.library.id
  const view = useSignal<"list" | "calendar" | "rules" | "trash">("list")
  const shown = useSignal(few)
  const isTrash = view.value === "trash"
  const all = useAnswer(`backups ${library} ${isTrash}`, (signal) => backupsOf(library, isTrash, signal))
  const newest = all.value?.toSorted((a, b) => b.number - a.number)
  const most = Math.max(1, ...(newest ?? []).map(({ newBytes }) => newBytes))
  const views = [
    ["list", t.backupsList],
    ["calendar", t.backupsCalendar],
    ["rules", t.backupsRules],
    ["trash", t.backupTrash]
  ] as const
  return (
    <section aria-labelledby="backups">
      <div class="head">
        <h2 id="backups">{t.backups}</h2>
        <div class="choice">
          {views.map(([name, label]) => (
            <button
              key={name}
              type="button"
              aria-pressed={view.value === name}
              onClick={() => {
                view.value = name
              }}
            >
              {label}
            </button>
          ))}
        </div>
      </div>
      {props.library.home === "server" && access.value?.role === "admin" && <TakeBackup library={library} />}
      {all._tag === "Failed" && <Wrong error={all.error} again={all.again} />}
      {newest === undefined && all._tag === "Loading" && <Waiting />}
      {newest?.length === 0 && <p>{isTrash ? t.backupTrashNone : t.backupsNone}</p>}
      {newest !== undefined && view.value === "calendar" && <Calendar library={library} backups={newest} />}
      {view.value === "rules" && <Retention library={library} />}
      {newest !== undefined && (view.value === "list" || isTrash) && (
        <>
          <ol class="backups">
            {newest.slice(0, shown.value).map((backup) => (
              <Row key={backup.backupId} library={library} backup={backup} most={most} />
            ))}
          </ol>
          {newest.length > shown.value && (
            <button type="button" class="quiet" onClick={() => (shown.value += 100)}>
              {t.more} ({newest.length - shown.value})
            </button>
          )}
        </>
      )}
    </section>
  )
}

interface RowProps {
  readonly library: string
  readonly backup: Backup
  /** Of all that are listed, the most that one added, in bytes. */
  readonly most: number
}

const Row = ({ library, backup, most }: RowProps) => {
  const t = texts.value
  const { number, timestamp, description, tags, pinned, trigger, newBytes, songs, performances } = backup
  const rests = backup.forgottenAt === undefined ? undefined : Date.parse(backup.forgottenAt) + trashTime
  return (
    <li>
      <a href={linkTo([library, "backup", `b${number}`])}>
        <b>b{number}</b> {timeText(timestamp, new Date())}
      </a>
      <span class="facts">
        {description !== "" && (
          <>
            <Name of={description} />
            {" · "}
          </>
        )}
        {t.triggers[trigger]} · {t.backupHas(songs, performances)} · {t.backupAdded(sizeText(newBytes))}
        {rests !== undefined &&
          ` · ${t.backupTrashUntil(timeText(new Date(rests).toISOString(), new Date()))}`}
        {pinned && <span class="tag">{t.backupPinned}</span>}
        {tags.map((tag) => (
          <span class="tag" key={tag}>
            <Name of={tag} />
          </span>
        ))}
      </span>
      <meter min={0} max={most} value={newBytes} aria-label={t.backupAdded(sizeText(newBytes))} />
    </li>
  )
}
