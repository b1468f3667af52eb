/** Am I safe, what happened lately, and where to find what is lost. */
import { linkTo } from "../address/Link.js"
import { answerOf, client } from "../api/Client.js"
import { access, type Library } from "../api/Session.js"
import { useAnswer } from "../api/useAnswer.js"
import { lazy } from "../parts/lazy.js"
import { Pending, Wrong } from "../parts/Parts.js"
import { cut, texts } from "../texts/Texts.js"
import { Backups } from "./Backups.js"
import { Changes } from "./Changes.js"
import { OnTheirWay } from "./OnTheirWay.js"
import { Places } from "./Places.js"
import { Search } from "./Search.js"
import { Verdict } from "./Verdict.js"

const Done = lazy(() => import("./Done.js").then((loaded) => loaded.Done))
const Keys = lazy(() => import("./Keys.js").then((loaded) => loaded.Keys))
const Schedule = lazy(() => import("./Schedule.js").then((loaded) => loaded.Schedule))

export const Home = ({ library }: { readonly library: Library }) => {
  const t = texts.value
  const status = useAnswer(`status ${library.id}`, (signal) =>
    answerOf(
      client.GET("/v1/libraries/{library}/status", { signal, params: { path: { library: library.id } } })
    )
  )
  if (status.value === undefined) return <Pending title={cut(library.name)} of={status} />
  const { value } = status
  return (
    <div class="home">
      <Verdict status={value} library={library} />
      <Search library={library.id} />
      {status._tag === "Failed" && <Wrong error={status.error} again={status.again} />}
      {(access.value?.role === "admin" || access.value?.role === "teacher") && (
        <OnTheirWay library={library.id} />
      )}
      <div class="columns">
        <div>
          <Changes library={library.id} />
          <p>
            <a href={linkTo([library.id, "songs"])}>
              {t.allSongs} ({value.library?.songs ?? 0})
            </a>
          </p>
        </div>
        <Places status={value} library={library} />
      </div>
      {library.home === "server" && access.value?.role === "admin" && (
        <>
          <Done library={library.id} />
          <Schedule
            library={library.id}
            vaults={value.vaults.map(({ name }) => name)}
            isRun={value.next !== null}
          />
          <Keys library={library.id} />
        </>
      )}
      <Backups library={library} />
    </div>
  )
}
