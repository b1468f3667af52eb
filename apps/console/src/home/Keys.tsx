/** The keys of sealed vaults of this computer: who may open each, and recovery kits, made and tested. No secret is ever shown. */
import { useSignal } from "@preact/signals"
import { shellWord } from "@white-room/core"
import { answerOf, client, idInPath, Refusal, type Schemas } from "../api/Client.js"
import { useAnswer } from "../api/useAnswer.js"
import { Command, Name, Wrong } from "../parts/Parts.js"
import { Sure } from "../parts/Sure.js"
import { useAct } from "../parts/useAct.js"
import { texts } from "../texts/Texts.js"
import { saveFile } from "./saveFile.js"
import { VaultKeys } from "./VaultKeys.js"

export const Keys = ({ library }: { readonly library: string }) => {
  const t = texts.value
  const list = useAnswer(`keys ${library}`, (signal) =>
    answerOf(client.GET("/v1/libraries/{library}/keys", { signal, params: { path: { library } } }))
  )
  // Whoever has the library elsewhere has its keys there.
  if (list._tag === "Failed" && list.error instanceof Refusal && list.error.problem.type === "HomeElsewhere")
    return null
  if (list._tag === "Failed") return <Wrong error={list.error} again={list.again} />
  const items = list.value?.items ?? []
  if (items.length === 0) return null
  return (
    <section aria-labelledby="keys">
      <h2 id="keys">{t.keys}</h2>
      {items.map((vault) => (
        <Vault key={vault.name} library={library} vault={vault} />
      ))}
      <p class="facts">{t.keysWhy}</p>
    </section>
  )
}

interface VaultProps {
  readonly library: string
  readonly vault: Schemas["SealedPlace"]
}

const Vault = ({ library, vault: { name, hasKit } }: VaultProps) => {
  const t = texts.value
  const isAsking = useSignal(false)
  const said = useSignal("")
  const { isBusy, trouble, act } = useAct()
  const params = { path: { library, id: idInPath(name) } }
  const say = (work: () => Promise<string>) =>
    act(async () => {
      said.value = ""
      said.value = await work()
    })
  const make = () =>
    say(async () => {
      const made = await answerOf(client.POST("/v1/libraries/{library}/keys/{id}/kit", { params }))
      saveFile(made.fileName, "text/html", made.html)
      return t.kitMade(made.fileName)
    })
  const test = (file: File) =>
    say(async () => {
      const kit = await file.text()
      const { fingerprint } = await answerOf(
        client.POST("/v1/libraries/{library}/keys/{id}/test", { params, body: { kit } })
      )
      return t.kitTested(fingerprint)
    })
  return (
    <div class="vault">
      <p>
        <strong>
          <Name of={name} />
        </strong>
        : {hasKit === true ? t.kitThere : t.keysLacking}
      </p>
      <p class="buttons">
        <button
          type="button"
          class={hasKit === true ? "quiet" : ""}
          disabled={isBusy.value}
          onClick={() => {
            isAsking.value = true
          }}
        >
          {t.kitMake}
        </button>
        <label class="line">
          {t.kitTest}
          <input
            type="file"
            accept=".html,.txt,text/html,text/plain"
            disabled={isBusy.value}
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? []
              // Neither the page nor the field keeps it.
              currentTarget.value = ""
              if (file !== undefined) void test(file)
            }}
          />
        </label>
      </p>
      <div role="status">
        {isBusy.value && <p class="facts">{t.loading}</p>}
        {said.value !== "" && <p>{said.value}</p>}
      </div>
      {trouble.value !== undefined && <Wrong error={trouble.value} />}
      <VaultKeys library={library} vault={name} />
      <details>
        <summary>{t.command}</summary>
        <Command line={`whiteroom key export ${shellWord(name)} kit.html`} />
      </details>
      {isAsking.value && (
        <Sure
          title={t.kitMake}
          onClose={() => {
            isAsking.value = false
          }}
          onYes={() => void make()}
        >
          <p>{t.kitHow}</p>
        </Sure>
      )}
    </div>
  )
}
