/** What stands around every page: where one is, whether the server is there, the language. */
import type { ComponentChildren } from "preact"
import { address, goTo } from "./address/Address.js"
import { linkTo } from "./address/Link.js"
import { allOf, answerOf, client } from "./api/Client.js"
import { live } from "./api/Live.js"
import type { Access, Library } from "./api/Session.js"
import { useAnswer } from "./api/useAnswer.js"
import { Home } from "./home/Home.js"
import { Libraries } from "./home/Libraries.js"
import { lazy } from "./parts/lazy.js"
import { Name, Pending, Title, Wrong } from "./parts/Parts.js"
import { chooseLanguage, cut, language, languages, texts } from "./texts/Texts.js"

const BackupPage = lazy(() => import("./home/BackupPage.js").then((loaded) => loaded.BackupPage))
const SongsPage = lazy(() => import("./home/SongsPage.js").then((loaded) => loaded.SongsPage))
const SongPage = lazy(() => import("./song/SongPage.js").then((loaded) => loaded.SongPage))
const RestorePage = lazy(() => import("./restore/RestorePage.js").then((loaded) => loaded.RestorePage))
const TimelinePage = lazy(() => import("./timeline/TimelinePage.js").then((loaded) => loaded.TimelinePage))
const SettingsPage = lazy(() => import("./devices/SettingsPage.js").then((loaded) => loaded.SettingsPage))
const DevicesPage = lazy(() => import("./devices/DevicesPage.js").then((loaded) => loaded.DevicesPage))

export interface FrameProps {
  readonly access: Access
  readonly onSignOut: () => void
}

export const Frame = ({ access, onSignOut }: FrameProps) => {
  const t = texts.value
  const libraries = useAnswer("libraries", (signal) =>
    allOf((after) =>
      answerOf(
        client.GET("/v1/libraries", { signal, params: { query: { limit: 1000, ...(after && { after }) } } })
      )
    )
  )
  const { path } = address.value
  const all = libraries.value
  const library =
    all?.find(({ id }) => id === path[0]) ?? (path.length === 0 && all?.length === 1 ? all[0] : undefined)
  const isAdmin = access.role === "admin" && access.libraries.length === 0 && access.group === undefined
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        {t.skip}
      </button>
      <header class="frame">
        <a class="brand" href={linkTo([])}>
          White Room
        </a>
        <nav aria-label={t.library}>
          {all !== undefined && all.length > 1 && (
            <select
              aria-label={t.library}
              value={library?.id ?? ""}
              onChange={({ currentTarget }) =>
                goTo(currentTarget.value === "" ? linkTo([]) : linkTo([currentTarget.value]))
              }
            >
              <option value="">{t.libraries}</option>
              {all.map(({ id, name }) => (
                <option key={id} value={id}>
                  {cut(name)}
                </option>
              ))}
            </select>
          )}
          {library !== undefined && (
            <>
              <Tab to={linkTo([library.id])} isHere={path.length <= 1}>
                {t.home}
              </Tab>
              <Tab to={linkTo([library.id, "songs"])} isHere={path[1] === "songs" || path[1] === "song"}>
                {t.songs}
              </Tab>
              <Tab to={linkTo([library.id, "timeline"])} isHere={path[1] === "timeline"}>
                {t.timeline}
              </Tab>
            </>
          )}
          {isAdmin && (
            <Tab to={linkTo(["devices"])} isHere={path[0] === "devices"}>
              {t.devices}
            </Tab>
          )}
        </nav>
        <div class="corner">
          <select
            aria-label={t.languageChoice}
            value={language.value}
            onChange={({ currentTarget }) => chooseLanguage(currentTarget.value)}
          >
            {Object.entries(languages).map(([tag, each]) => (
              <option key={tag} value={tag} lang={tag}>
                {each.language}
              </option>
            ))}
          </select>
          <button type="button" class="quiet" onClick={onSignOut}>
            {t.signOut}
          </button>
        </div>
      </header>
      <div role="status" class="banner">
        {live.connection.value === "away" && <p class="away">{t.away}</p>}
      </div>
      <main id="main" tabIndex={-1}>
        {all !== undefined && libraries._tag === "Failed" && (
          <Wrong error={libraries.error} again={libraries.again} />
        )}
        {all === undefined && <Pending title={t.libraries} of={libraries} />}
        {all !== undefined && <Place libraries={all} library={library} isAdmin={isAdmin} />}
      </main>
    </>
  )
}

const Tab = (props: {
  readonly to: string
  readonly isHere: boolean
  readonly children: ComponentChildren
}) => (
  <a href={props.to} aria-current={props.isHere ? "page" : undefined}>
    {props.children}
  </a>
)

interface PlaceProps {
  readonly libraries: ReadonlyArray<Library>
  readonly library: Library | undefined
  readonly isAdmin: boolean
}

/** The page that an address means; what means nothing is the list of libraries. */
const Place = ({ libraries, library, isAdmin }: PlaceProps) => {
  const { path, query } = address.value
  const [first, page, id = ""] = path
  if (first === "devices" && page === "settings" && isAdmin) return <SettingsPage />
  if (first === "devices") return <DevicesPage libraries={libraries} isAdmin={isAdmin} />
  if (library === undefined) return <Libraries libraries={libraries} isAdmin={isAdmin} />
  if (library.sealed)
    return (
      <>
        <Title>
          <Name of={library.name} />
        </Title>
        <p class="lead">{texts.value.sealed}</p>
      </>
    )
  if (page === "song" || page === "performance")
    return <SongPage key={`${page} ${id}`} library={library} kind={page} id={id} query={query} />
  if (page === "songs") return <SongsPage library={library.id} query={query} />
  if (page === "timeline") return <TimelinePage key={library.id} library={library} query={query} />
  if (page === "restore") return <RestorePage library={library.id} id={id} query={query} />
  if (page === "backup") return <BackupPage key={id} library={library} backup={id} />
  return <Home key={library.id} library={library} />
}
