import { useSignal } from "@preact/signals"
import { typed } from "../parts/typed.js"
import { isolated, texts } from "../texts/Texts.js"
import { addressesIn, changeSettings, type Settings } from "./Settings.js"
import { SettingsForm } from "./SettingsForm.js"

/** The day here, as a field of a form has it. */
const dayIn = (time: string | null): string => {
  if (time === null) return ""
  const date = new Date(time)
  const two = (part: number): string => String(part).padStart(2, "0")
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** Who gets the letter of a group, and until when it is paused. */
export const GroupLetters = ({
  group: { group, to, pausedUntil }
}: {
  readonly group: Settings["groups"][number]
}) => {
  const t = texts.value
  const readers = useSignal(to?.join(", ") ?? "")
  const until = useSignal(dayIn(pausedUntil))
  const save = () => {
    const named = addressesIn(readers.value)
    return changeSettings({
      groups: [
        {
          group,
          to: named.length === 0 ? null : named,
          // The morning of that day, where the person is.
          pausedUntil: until.value === "" ? null : new Date(`${until.value}T00:00`).toISOString()
        }
      ]
    })
  }
  const called = group === "" ? t.settingsGroupNone : isolated(group)
  return (
    <SettingsForm title={t.settingsGroup(called)} onSave={save}>
      <label>
        {t.settingsGroupTo}
        <input type="text" maxLength={3300} {...typed(readers)} />
      </label>
      <label>
        {t.settingsPause}
        <input type="date" {...typed(until)} />
      </label>
    </SettingsForm>
  )
}
