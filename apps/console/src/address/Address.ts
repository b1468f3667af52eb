/**
 * Where in the page one is. It stands behind `#`, which is not sent: no log of a server or a proxy learns which song
 * somebody looks at. `#/LIBRARY/song/ID?at=@12`; a fragment that does not begin with `#/` is the key of a link.
 */
import { signal } from "@preact/signals"
import { parseAddress } from "./Link.js"

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
