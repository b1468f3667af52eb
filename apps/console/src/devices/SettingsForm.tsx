import { useSignal } from "@preact/signals"
import type { ComponentChildren } from "preact"
import { useId } from "preact/hooks"
import { Wrong } from "../parts/Parts.js"
import { useAct } from "../parts/useAct.js"
import { texts } from "../texts/Texts.js"

export interface SettingsFormProps {
  readonly title: string
  readonly children: ComponentChildren
  readonly onSave: () => Promise<void>
  /** What takes all of it away, where something is there. */
  readonly end?: { readonly text: string; readonly onEnd: () => Promise<void> } | undefined
}

/** Some settings that are saved together. What is refused stays as it was typed. */
export const SettingsForm = ({ title, children, onSave, end }: SettingsFormProps) => {
  const t = texts.value
  const id = useId()
  const said = useSignal("")
  const { isBusy, trouble, act } = useAct()
  const save = (work: () => Promise<void>) => {
    said.value = ""
    void act(async () => {
      await work()
      said.value = t.settingsSaved
    })
  }
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>
        <bdi>{title}</bdi>
      </h2>
      <form
        class="words-of narrow"
        onSubmit={(event) => {
          event.preventDefault()
          save(onSave)
        }}
      >
        {children}
        {trouble.value !== undefined && <Wrong error={trouble.value} />}
        <p class="buttons">
          <button type="submit" class="main" disabled={isBusy.value}>
            {t.save}
          </button>
          {end !== undefined && (
            <button type="button" class="quiet" disabled={isBusy.value} onClick={() => save(end.onEnd)}>
              {end.text}
            </button>
          )}
          <span role="status">{said.value}</span>
        </p>
      </form>
    </section>
  )
}
