import { useSignal } from "@preact/signals"
import { answerOf, client } from "../api/Client.js"
import type { Library } from "../api/Session.js"
import { Command, Dialog, Name, Wrong } from "../parts/Parts.js"
import { useAct } from "../parts/useAct.js"
import { dayText, texts } from "../texts/Texts.js"
import { connectLine } from "./connectLine.js"

/** Lets another computer go on with a library: the link for it. */
export const Computer = (props: { readonly library: Library; readonly onClose: () => void }) => {
  const t = texts.value
  const { library, onClose } = props
  const made = useSignal<{ readonly link: string; readonly expiresAt: string } | undefined>(undefined)
  const { isBusy, trouble, act } = useAct()
  const invite = () =>
    act(async () => {
      made.value = await answerOf(
        client.POST("/v1/invitations", {
          body: { name: library.name, role: "device", libraries: [library.id], sealed: library.sealed }
        })
      )
    })
  return (
    <Dialog title={t.computer.replace(" …", "")} onClose={onClose}>
      <p>
        <strong>
          <Name of={library.name} />
        </strong>
      </p>
      <p>{t.computerHow}</p>
      <p>{t.computerOld}</p>
      {trouble.value !== undefined && <Wrong error={trouble.value} />}
      <div role="status">
        {made.value !== undefined && (
          <>
            <p>{t.computerLink}</p>
            <Command line={connectLine(made.value.link)} />
            <p class="facts">{t.inviteUntil(dayText(new Date(made.value.expiresAt)))}</p>
          </>
        )}
      </div>
      <div class="buttons">
        <button type="button" onClick={onClose}>
          {made.value === undefined ? t.cancel : t.close}
        </button>
        {made.value === undefined && (
          <button type="button" class="main" disabled={isBusy.value} onClick={() => void invite()}>
            {t.computerMake}
          </button>
        )}
      </div>
    </Dialog>
  )
}
