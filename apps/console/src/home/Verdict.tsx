import type { Schemas } from "../api/Client.js"
import { access, type Library } from "../api/Session.js"
import { lazy } from "../parts/lazy.js"
import { Command, Name, Title } from "../parts/Parts.js"
import { agoText, listText, texts } from "../texts/Texts.js"
import { warningText } from "../texts/warningText.js"

const CopyNow = lazy(() => import("./CopyNow.js").then((loaded) => loaded.CopyNow))

type Status = Schemas["LibraryStatus"]

/** The newest moment at which it was proven that everything comes back, here or at a place. */
const provenAt = (status: Status): string | undefined =>
  [
    status.proven?.ok === true ? status.proven.at : null,
    ...status.profiles.flatMap(({ places }) => places.map(({ lastProven }) => lastProven))
  ]
    .filter((at) => at !== null)
    .sort()
    .at(-1)

/** One sentence: whether everything is safe, and where. The judgement is that of `whiteroom status`. */
export const Verdict = ({ status, library }: { readonly status: Status; readonly library: Library }) => {
  const t = texts.value
  const kept = status.vaults
    .filter(({ present, stale }) => present && !stale)
    .map(({ name, place }) => (place === library.id ? t.safeServer : name))
  const places = listText([...(status.here === null ? [] : [t.safeHere]), ...kept])
  const proven = provenAt(status)
  const when = proven === undefined ? "" : t.safeProven(agoText(proven, new Date()))
  const isSafe = status.protected && status.warnings.length === 0
  const commands = [...new Set(status.commands?.filter((line) => line !== "") ?? [])]
  return (
    <section class={`verdict ${isSafe ? "good" : "bad"}`}>
      <p class="whose">
        <Name of={library.name} />
      </p>
      <Title>{isSafe ? t.safeIn(`${places}${when}`) : t.notSafe}</Title>
      {status.warnings.length > 0 && (
        <ul>
          {status.warnings.map((said, index) => {
            const warning = warningText(status.concerns[index])
            return (
              <li key={said}>
                <bdi lang={warning === undefined ? "en" : undefined}>{warning ?? said}</bdi>
              </li>
            )
          })}
        </ul>
      )}
      {library.home === "server" && access.value?.role === "admin" && (
        <CopyNow
          library={library.id}
          isWanted={!isSafe || status.vaults.some(({ changed }) => changed > 0)}
          complete={status.vaults.filter(({ changed }) => changed === 0).map(({ name }) => name)}
        />
      )}
      {commands.length > 0 && (
        <details>
          <summary>{t.verdictCommands}</summary>
          {commands.map((line) => (
            <Command key={line} line={line} />
          ))}
        </details>
      )}
    </section>
  )
}
