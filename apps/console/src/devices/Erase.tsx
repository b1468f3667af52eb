import { useSignal } from "@preact/signals"
import { answerOf, client, type Schemas } from "../api/Client.js"
import type { Library } from "../api/Session.js"
import { Dialog, Name, Waiting, Wrong } from "../parts/Parts.js"
import { typed } from "../parts/typed.js"
import { useAct } from "../parts/useAct.js"
import { cut, isolated, texts } from "../texts/Texts.js"

/** Erases a library for good, after its id was typed, and shows the receipt. */
export const Erase = (props: { readonly library: Library; readonly onClose: () => void }) => {
  const t = texts.value
  const { library, onClose } = props
  const again = useSignal("")
  const receipt = useSignal<Schemas["ErasedLibrary"] | undefined>(undefined)
  const { isBusy, trouble, act } = useAct()
  const erase = (event: Event) => {
    event.preventDefault()
    void act(async () => {
      receipt.value = await answerOf(
        client.POST("/v1/libraries/{library}/erase", {
          params: { path: { library: library.id } },
          body: { id: again.value.trim() }
        })
      )
    })
  }
  const name = isolated(cut(library.name))
  return (
    <Dialog title={t.eraseDo} onClose={onClose}>
      {receipt.value === undefined ? (
        <form class="words-of" onSubmit={erase}>
          <p>
            <strong>
              <Name of={library.name} />
            </strong>
          </p>
          <p>{t.eraseHow}</p>
          <p>
            <code>{library.id}</code>
          </p>
          <label>
            {t.eraseTyped}
            <input type="text" autocomplete="off" spellcheck={false} maxLength={100} {...typed(again)} />
          </label>
          {isBusy.value && <Waiting />}
          {trouble.value !== undefined && <Wrong error={trouble.value} />}
          <div class="buttons">
            <button type="button" onClick={onClose}>
              {t.cancel}
            </button>
            <button type="submit" class="main" disabled={isBusy.value || again.value.trim() !== library.id}>
              {t.eraseDo}
            </button>
          </div>
        </form>
      ) : (
        <>
          <div role="status">
            <p>{receipt.value.places === null ? t.erasedLater(name) : t.erased(name)}</p>
            <ul>
              {receipt.value.places?.map(({ place, files }) => (
                <li key={place}>
                  <bdi>{t.erasedFiles(place, files)}</bdi>
                </li>
              ))}
            </ul>
          </div>
          <div class="buttons">
            <button type="button" onClick={onClose}>
              {t.close}
            </button>
          </div>
        </>
      )}
    </Dialog>
  )
}
