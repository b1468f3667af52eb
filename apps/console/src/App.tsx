/** The page: who looks, at which library, at what of it. */

import { signal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import { address, goTo } from "./address/Address.js"
import { linkTo } from "./address/Link.js"
import { Refusal } from "./api/Client.js"
import { live } from "./api/Live.js"
import { access, findAccess, signIn, signOut } from "./api/Session.js"
import { Frame } from "./Frame.js"
import { Join } from "./join/Join.js"
import { SignIn } from "./join/SignIn.js"
import { Wrong } from "./parts/Parts.js"
import { language } from "./texts/Texts.js"

const trouble = signal<unknown>(undefined)

/** A fragment that is no place in the page is the key of a link. It leaves the address at once. */
const keyInAddress = (): string | undefined => {
  const fragment = location.hash.slice(1)
  if (fragment === "" || fragment.startsWith("/")) return undefined
  history.replaceState(null, "", `${location.pathname}#/`)
  address.value = { path: [], query: new URLSearchParams() }
  return fragment.split(".")[0]
}

const begin = async (): Promise<void> => {
  trouble.value = undefined
  try {
    const key = keyInAddress()
    if (key === undefined) await findAccess()
    else await signIn(key)
  } catch (error) {
    trouble.value = error
    if (error instanceof Refusal) access.value = null
  }
}

const isJoin = location.pathname === "/join"

export const App = () => {
  useEffect(() => {
    if (!isJoin) begin()
  }, [])
  const { path } = address.value
  useEffect(() => {
    document.documentElement.lang = language.value
  }, [language.value])
  // Another place, another title to read first
  useEffect(() => {
    document.getElementById("title")?.focus({ preventScroll: true })
    scrollTo({ top: 0 })
  }, [path.join("/")])
  if (isJoin) return <Join />
  if (access.value === null || live.connection.value === "revoked") return <SignIn error={trouble.value} />
  if (trouble.value !== undefined) return <Wrong error={trouble.value} again={begin} />
  if (access.value === undefined) return null
  return (
    <Frame
      access={access.value}
      onSignOut={() =>
        signOut().then(
          () => goTo(linkTo([])),
          (error) => {
            trouble.value = error
          }
        )
      }
    />
  )
}
