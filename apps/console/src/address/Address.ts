/**
 * Where in the page one is. It stands behind `#`, which is not sent: no log of a server or a proxy learns which song
 * somebody looks at. `#/LIBRARY/song/ID?at=@12`; a fragment that does not begin with `#/` is the key of a link.
 */
import { signal } from "@preact/signals"

export interface Address {
  readonly path: ReadonlyArray<string>
  readonly query: URLSearchParams
}

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const parseAddress = (fragment: string): Address => {
  const [path = "", query = ""] = fragment.replace(/^#\/?/, "").split("?")
  return { path: path.split("/").filter(Boolean).map(decoded), query: new URLSearchParams(query) }
}

/** The link to a place in the page. */
export const linkTo = (
  path: ReadonlyArray<string>,
  query: Readonly<Record<string, string | undefined>> = {}
): string => {
  const set = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  const search = new URLSearchParams(set).toString()
  return `#/${path.map(encodeURIComponent).join("/")}${search === "" ? "" : `?${search}`}`
}

export const address = signal(parseAddress(location.hash))

addEventListener("hashchange", () => {
  address.value = parseAddress(location.hash)
})

/** Goes to another place; `replace` leaves none behind for the back button. */
export const goTo = (link: string, replace = false): void => {
  if (replace) history.replaceState(null, "", link)
  else history.pushState(null, "", link)
  address.value = parseAddress(link)
}
