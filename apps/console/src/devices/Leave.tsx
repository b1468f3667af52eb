import { useSignal } from "@preact/signals"
import { answerOf, client } from "../api/Client.js"
import type { Library } from "../api/Session.js"
import { Command, Dialog, Name, Wrong } from "../parts/Parts.js"
import { useAct } from "../parts/useAct.js"
import { dayText, texts } from "../texts/Texts.js"
import { connectLine } from "./connectLine.js"

interface Left {
  readonly library: Library
  readonly link: string
  readonly eraseAt: string
}

export interface LeaveProps {
  readonly libraries: ReadonlyArray<Library>
  readonly onClose: () => void
}

/** Sends libraries away, one after the other: when one cannot be, those before it have their links, and it goes on from there. */
export const Leave = ({ libraries, onClose }: LeaveProps) => {
  const t = texts.value
  const left = useSignal<ReadonlyArray<Left>>([])
  const { isBusy, trouble, act } = useAct()
  const waiting = libraries.filter(({ id }) => !left.value.some(({ library }) => library.id === id))
  const leave = () =>
    act(async () => {
      for (const { id } of waiting) {
        const params = { path: { library: id } }
        const gone = await answerOf(client.POST("/v1/libraries/{library}/leave", { params }))
        left.value = [...left.value, gone]
      }
    })
  return (
    <Dialog title={t.leaveDo} onClose={onClose}>
      {waiting.length > 0 && (
        <>
          <ul>
            {waiting.map(({ id, name }) => (
              <li key={id}>
                <strong>
                  <Name of={name} />
                </strong>
              </li>
            ))}
          </ul>
          <p>{t.leaveHow(waiting.length)}</p>
        </>
      )}
      {trouble.value !== undefined && <Wrong error={trouble.value} />}
      <div role="status">
        {left.value.length > 0 && <p>{t.leaveLinks}</p>}
        {left.value.map(({ library, link, eraseAt }) => (
          <div key={library.id}>
            <strong>
              <Name of={library.name} />
            </strong>{" "}
            <span class="facts">{t.leaving(dayText(new Date(eraseAt)))}</span>
            <Command line={connectLine(link)} />
          </div>
        ))}
      </div>
      <div class="buttons">
        <button type="button" onClick={onClose}>
          {waiting.length > 0 ? t.cancel : t.close}
        </button>
        {waiting.length > 0 && (
          <button type="button" class="main" disabled={isBusy.value} onClick={() => void leave()}>
            {t.leaveDo}
          </button>
        )}
      </div>
    </Dialog>
  )
}
