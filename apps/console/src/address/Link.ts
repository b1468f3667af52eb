/** Addresses in the page as text: what stands behind `#`. */

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

export const parseAddress = (fragment: string): Address => {
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
