import { linkTo } from "../address/Link.js"
import { access, type Library } from "../api/Session.js"
import { lazy } from "../parts/lazy.js"
import { Name, Time, Title } from "../parts/Parts.js"
import { sizeText, texts } from "../texts/Texts.js"
import { isLate } from "./isLate.js"

const AllOnTheirWay = lazy(() => import("./AllOnTheirWay.js").then((loaded) => loaded.AllOnTheirWay))
const ServerState = lazy(() => import("./ServerState.js").then((loaded) => loaded.ServerState))

/** The libraries one may see; those that nothing came from for longest stand first, since they need somebody. */
export const Libraries = (props: {
  readonly libraries: ReadonlyArray<Library>
  readonly isAdmin: boolean
}) => {
  const t = texts.value
  const sorted = props.libraries.toSorted((a, b) => (a.arrivedAt ?? "").localeCompare(b.arrivedAt ?? ""))
  return (
    <>
      <Title>{t.libraries}</Title>
      {props.isAdmin && <ServerState libraries={props.libraries} />}
      {(props.isAdmin || access.value?.role === "teacher") && <AllOnTheirWay libraries={props.libraries} />}
      {sorted.length === 0 && <p class="lead">{t.noLibrary}</p>}
      {sorted.length === 0 && props.isAdmin && <a href={linkTo(["devices"])}>{t.invite}</a>}
      <ul class="rows">
        {sorted.map(({ id, name, arrivedAt, used, sealed }) => {
          return (
            <li key={id} class={isLate({ arrivedAt }) ? "late" : ""}>
              <a href={linkTo([id])}>
                <Name of={name} />
              </a>
              <span class="facts">
                {arrivedAt === null ? t.placeNever : <Time at={arrivedAt} />} · {sizeText(used)}
                {sealed && ` · ${t.sealedShort}`}
              </span>
            </li>
          )
        })}
      </ul>
    </>
  )
}
