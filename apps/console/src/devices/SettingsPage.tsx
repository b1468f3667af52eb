/** Who is told what of the server and its groups, and when: for its admins. */
import { answerOf, client } from "../api/Client.js"
import { useAnswer } from "../api/useAnswer.js"
import { Pending, Title, Wrong } from "../parts/Parts.js"
import { texts } from "../texts/Texts.js"
import { GroupLetters } from "./GroupLetters.js"
import { MailSettings } from "./MailSettings.js"
import { WebhookSettings } from "./WebhookSettings.js"
import { WeekSettings } from "./WeekSettings.js"

export const SettingsPage = () => {
  const t = texts.value
  const settings = useAnswer("settings", (signal) => answerOf(client.GET("/v1/settings", { signal })))
  if (settings.value === undefined) return <Pending title={t.settings} of={settings} />
  const { value } = settings
  return (
    <>
      <Title>{t.settings}</Title>
      {settings._tag === "Failed" && <Wrong error={settings.error} again={settings.again} />}
      <p class="lead">{t.settingsWhat}</p>
      <MailSettings mail={value.mail} />
      <WeekSettings settings={value} />
      {value.groups.map((group) => (
        <GroupLetters key={group.group} group={group} />
      ))}
      <WebhookSettings webhook={value.webhook} />
    </>
  )
}
