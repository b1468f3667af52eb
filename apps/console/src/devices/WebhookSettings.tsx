import { useSignal } from "@preact/signals"
import { typed } from "../parts/typed.js"
import { texts } from "../texts/Texts.js"
import { changeSettings, type Settings } from "./Settings.js"
import { SettingsForm } from "./SettingsForm.js"

/** A program that is told too. Of its address only the host is ever shown. */
export const WebhookSettings = ({ webhook }: { readonly webhook: Settings["webhook"] }) => {
  const t = texts.value
  const url = useSignal("")
  const key = useSignal("")
  const save = async () => {
    await changeSettings({ webhook: { url: url.value.trim(), ...(key.value !== "" && { key: key.value }) } })
    url.value = ""
    key.value = ""
  }
  const end = { text: t.settingsWebhookEnd, onEnd: () => changeSettings({ webhook: null }) }
  return (
    <SettingsForm title={t.settingsWebhook} onSave={save} end={webhook === null ? undefined : end}>
      {webhook !== null && (
        <p>
          <bdi>{t.settingsWebhookTo(webhook.host)}</bdi> {!webhook.ready && t.settingsWebhookGone}
        </p>
      )}
      <label>
        {t.settingsWebhookUrl}
        <input type="text" required={true} maxLength={2048} {...typed(url)} />
      </label>
      <label>
        {t.settingsWebhookKey}
        <input type="password" maxLength={1000} {...typed(key)} />
      </label>
    </SettingsForm>
  )
}
