import { useSignal } from "@preact/signals"
import { answerOf, client, newKey } from "../api/Client.js"
import { Dialog, Wrong } from "../parts/Parts.js"
import { useAct } from "../parts/useAct.js"
import { texts } from "../texts/Texts.js"
import { BackupWords, type Described, tagsIn } from "./BackupWords.js"

const nothing: Described = { description: "", tags: "", pinned: false }

/** Takes a backup of the library as it is now, with words for it. Asked for again under its key, it is taken once. */
export const TakeBackup = ({ library }: { readonly library: string }) => {
  const t = texts.value
  const key = useSignal<string | undefined>(undefined)
  const words = useSignal(nothing)
  const said = useSignal("")
  const { isBusy, trouble, act } = useAct()
  const close = () => {
    key.value = undefined
  }
  const take = (event: Event) => {
    event.preventDefault()
    void act(async () => {
      const { description, tags, pinned } = words.value
      const { number } = await answerOf(
        client.POST("/v1/libraries/{library}/backups", {
          params: { path: { library }, header: { "idempotency-key": key.value ?? newKey() } },
          body: { description, tags: tagsIn(tags), pinned }
        })
      )
      said.value = t.backupTaken(number)
      words.value = nothing
      close()
    })
  }
  return (
    <p class="buttons">
      <button
        type="button"
        onClick={() => {
          key.value = newKey()
        }}
      >
        {t.backupTake}
      </button>
      <span role="status">{said.value}</span>
      {key.value !== undefined && (
        <Dialog title={t.backupTake} onClose={close}>
          <form class="words-of" onSubmit={take}>
            <p>{t.backupTakeHow}</p>
            <BackupWords words={words} />
            {trouble.value !== undefined && <Wrong error={trouble.value} />}
            <div class="buttons">
              <button type="button" onClick={close}>
                {t.cancel}
              </button>
              <button type="submit" class="main" disabled={isBusy.value}>
                {t.backupTake}
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </p>
  )
}
