/** What is done to one backup: described, moved to the trash, brought back from there. */
import { useSignal } from "@preact/signals"
import { answerOf, client } from "../api/Client.js"
import { access, type Library } from "../api/Session.js"
import { Command, Wrong } from "../parts/Parts.js"
import { Sure } from "../parts/Sure.js"
import { useAct } from "../parts/useAct.js"
import { texts, timeText } from "../texts/Texts.js"
import type { Backup } from "./Backup.js"
import { BackupWords, type Described, tagsIn } from "./BackupWords.js"

export interface BackupActionsProps {
  readonly library: Library
  readonly backup: Backup
  readonly again: () => void
}

export const BackupActions = ({ library, backup, again }: BackupActionsProps) => {
  const t = texts.value
  const { isBusy, trouble, act } = useAct()
  const said = useSignal("")
  const isAsking = useSignal(false)
  const words = useSignal<Described>({
    description: backup.description,
    tags: backup.tags.join(", "),
    pinned: backup.pinned
  })
  if (access.value?.role !== "admin") return null
  const { number, forgottenAt } = backup
  if (library.home !== "server")
    return (
      <details>
        <summary>{t.backupThere}</summary>
        <Command line={`whiteroom edit b${number} --description "…"`} />
        <Command line={`whiteroom ${forgottenAt === undefined ? "forget" : "undelete"} b${number}`} />
      </details>
    )
  const params = { path: { library: library.id, id: backup.backupId } }
  const change = (asking: () => Promise<unknown>, done: string) =>
    act(async () => {
      await asking()
      said.value = done
      again()
    })
  const describe = () => {
    const { description, tags, pinned } = words.value
    const body = { description, tags: tagsIn(tags), pinned }
    return change(
      () => answerOf(client.PATCH("/v1/libraries/{library}/backups/{id}", { params, body })),
      t.backupDescribed
    )
  }
  const forget = () =>
    change(
      () => answerOf(client.DELETE("/v1/libraries/{library}/backups/{id}", { params })),
      t.backupForgotten
    )
  const undelete = () =>
    change(
      () => answerOf(client.POST("/v1/libraries/{library}/backups/{id}/undelete", { params })),
      t.backupUndeleted
    )
  return (
    <section aria-label={t.backupActions}>
      <p role="status">{said.value}</p>
      {trouble.value !== undefined && <Wrong error={trouble.value} />}
      {forgottenAt !== undefined ? (
        <>
          <p>{t.backupInTrash(timeText(forgottenAt, new Date()))}</p>
          <button type="button" class="main" disabled={isBusy.value} onClick={() => void undelete()}>
            {t.backupUndelete}
          </button>
        </>
      ) : (
        <>
          <details>
            <summary>{t.backupDescribe}</summary>
            <form
              class="words-of"
              onSubmit={(event) => {
                event.preventDefault()
                void describe()
              }}
            >
              <BackupWords words={words} />
              <button type="submit" class="main" disabled={isBusy.value}>
                {t.save}
              </button>
            </form>
          </details>
          <button
            type="button"
            class="quiet"
            disabled={isBusy.value}
            onClick={() => {
              isAsking.value = true
            }}
          >
            {t.backupForget}
          </button>
        </>
      )}
      {isAsking.value && (
        <Sure
          title={t.backupForget}
          onClose={() => {
            isAsking.value = false
          }}
          onYes={() => void forget()}
        >
          <p>{t.backupForgetSure(number)}</p>
        </Sure>
      )}
    </section>
  )
}
