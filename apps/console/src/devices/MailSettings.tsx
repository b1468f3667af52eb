import { useSignal } from "@preact/signals"
import { typed } from "../parts/typed.js"
import { texts } from "../texts/Texts.js"
import { addressesIn, changeSettings, type Settings } from "./Settings.js"
import { SettingsForm } from "./SettingsForm.js"

/** Who gets letters, and by which mail server. A password is told by nobody: left empty, the one that is there stays. */
export const MailSettings = ({ mail }: { readonly mail: Settings["mail"] }) => {
  const t = texts.value
  const to = useSignal(mail?.to.join(", ") ?? "")
  const server = useSignal(mail?.server ?? "")
  const user = useSignal(mail?.user ?? "")
  const password = useSignal("")
  const save = async () => {
    await changeSettings({
      mail: {
        to: addressesIn(to.value),
        server: server.value.trim(),
        ...(mail?.from !== undefined && { from: mail.from }),
        ...(user.value.trim() !== "" && { user: user.value.trim() }),
        ...(password.value !== "" && { password: password.value })
      }
    })
    password.value = ""
  }
  const end = { text: t.settingsNoMail, onEnd: () => changeSettings({ mail: null }) }
  return (
    <SettingsForm title={t.settingsMail} onSave={save} end={mail === null ? undefined : end}>
      <label>
        {t.settingsTo}
        <input type="text" required={true} maxLength={3300} {...typed(to)} />
      </label>
      <label>
        {t.settingsServer}
        <input type="text" required={true} maxLength={320} {...typed(server)} />
      </label>
      <label>
        {t.settingsUser}
        <input type="text" maxLength={320} {...typed(user)} />
      </label>
      <label>
        {mail?.hasPassword === true ? t.settingsPasswordKept : t.settingsPassword}
        <input type="password" maxLength={1000} {...typed(password)} />
      </label>
    </SettingsForm>
  )
}
