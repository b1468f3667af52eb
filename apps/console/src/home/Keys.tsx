import { shellWord } from "@white-room/core"
import type { Schemas } from "../api/Client.js"
import { Command, Name } from "../parts/Parts.js"
import { texts } from "../texts/Texts.js"

/** Sealed vaults that only this computer opens: the page shows no key, and says which line prints one. */
export const Keys = ({ vaults }: { readonly vaults: Schemas["LibraryStatus"]["vaults"] }) => {
  const t = texts.value
  const lacking = vaults.filter(({ lacksKit }) => lacksKit)
  if (lacking.length === 0) return null
  return (
    <section aria-labelledby="keys">
      <h2 id="keys">{t.keys}</h2>
      {lacking.map(({ name }) => (
        <div key={name}>
          <p>
            <strong>
              <Name of={name} />
            </strong>
            : {t.keysLacking}
          </p>
          <Command line={`whiteroom key export ${shellWord(name)} kit.html`} />
        </div>
      ))}
      <p class="facts">{t.keysWhy}</p>
    </section>
  )
}
