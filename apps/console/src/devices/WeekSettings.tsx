import { useSignal } from "@preact/signals"
import { useId } from "preact/hooks"
import { typed } from "../parts/typed.js"
import { texts } from "../texts/Texts.js"
import { changeSettings, type Settings } from "./Settings.js"
import { SettingsForm } from "./SettingsForm.js"

/** A day and a time, as in `mondays 8:00`; other rules stay what they are until a day is chosen. */
const partsOf = (rule: string): readonly [day: string, time: string] => {
  const [, day = rule, hour = "8", minute = "00"] = /^(\w+days) (\d{1,2}):(\d\d)$/.exec(rule) ?? []
  return [day, `${hour.padStart(2, "0")}:${minute}`]
}

/** When the week is told, by whose clock, and after how many days silence is. */
export const WeekSettings = ({ settings }: { readonly settings: Settings }) => {
  const t = texts.value
  const [dayNow, timeNow] = partsOf(settings.digest)
  const day = useSignal(dayNow)
  const time = useSignal(timeNow)
  const zone = useSignal(settings.zone)
  const absent = useSignal(String(settings.absentDays))
  const zones = useId()
  const isDay = Object.hasOwn(t.settingsDays, day.value) && day.value !== "off"
  const save = () =>
    changeSettings({
      digest: isDay ? `${day.value} ${time.value}` : day.value,
      zone: zone.value.trim(),
      absentDays: Number(absent.value)
    })
  return (
    <SettingsForm title={t.settingsDay} onSave={save}>
      <label>
        {t.settingsDay}{" "}
        <select
          value={day.value}
          onChange={({ currentTarget }) => {
            day.value = currentTarget.value
          }}
        >
          {Object.entries(t.settingsDays).map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
          {!Object.hasOwn(t.settingsDays, dayNow) && <option value={dayNow}>{dayNow}</option>}
        </select>
      </label>
      {isDay && (
        <label>
          {t.settingsTime}
          <input type="time" required={true} {...typed(time)} />
        </label>
      )}
      <label>
        {t.settingsZone}
        <input type="text" required={true} maxLength={100} list={zones} {...typed(zone)} />
      </label>
      <datalist id={zones}>
        {Intl.supportedValuesOf("timeZone").map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <label>
        {t.settingsAbsent}
        <input type="number" required={true} min={1} max={365} {...typed(absent)} />
      </label>
    </SettingsForm>
  )
}
