import { useSignal } from "@preact/signals"
import { answerOf, client, idInPath } from "../api/Client.js"
import { useAnswer } from "../api/useAnswer.js"
import { Name, Waiting, Wrong } from "../parts/Parts.js"
import { texts } from "../texts/Texts.js"

/** Who may open a vault. It is opened for that, which may take a moment: asked only by those who want to see it. */
export const VaultKeys = ({ library, vault }: { readonly library: string; readonly vault: string }) => {
  const t = texts.value
  const isOpen = useSignal(false)
  const keys = useAnswer(isOpen.value ? `keys ${library} ${vault}` : undefined, (signal) =>
    answerOf(
      client.GET("/v1/libraries/{library}/keys/{id}", {
        signal,
        params: { path: { library, id: idInPath(vault) } }
      })
    )
  )
  return (
    <details
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open
      }}
    >
      <summary>{t.keysWho}</summary>
      {keys._tag === "Failed" && <Wrong error={keys.error} again={keys.again} />}
      {isOpen.value && keys._tag === "Loading" && <Waiting />}
      {keys.value !== undefined && (
        <>
          <ul class="rows">
            {keys.value.keys.map(({ slot, label, held }) => (
              <li key={slot}>
                <Name of={label} />
                <span class="facts">{held ? t.keyHeld : t.keyLocked}</span>
              </li>
            ))}
          </ul>
          <p class="facts">
            {t.keysFingerprint(keys.value.fingerprint)}
            {keys.value.forked && ` ${t.keysForked}`}
          </p>
        </>
      )}
    </details>
  )
}
