import { parseAddress } from "./Address.js"
import { OutsideFailed } from "./OutsideFailed.js"
import { signature, signatureHeader } from "./Signature.js"

const mostRedirects = 5

const isRedirect = (status: number): boolean => [301, 302, 307, 308].includes(status)

/** Where an answer points to, on the same origin. What others are told to send is sent to nobody else. */
const target = (response: Response, from: URL): URL => {
  const location = response.headers.get("location") ?? ""
  if (!URL.canParse(location, from.href))
    throw new OutsideFailed(`answered ${response.status} without a way to go on`)
  const to = new URL(location, from)
  if (to.origin === from.origin) return to
  throw new OutsideFailed(
    `redirects to ${to.protocol}//${to.host}, which is not followed: enter that address if it is the right one`
  )
}

interface CallOptions {
  readonly signal: AbortSignal
  /** Milliseconds since 1970, for the signature. */
  readonly now: number
  readonly keyFile?: string | undefined
}

const request = async (
  address: URL,
  body: string | undefined,
  { signal, keyFile, now }: CallOptions
): Promise<void> => {
  const { username, password } = address
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const headers = {
    "user-agent": "white-room-backup",
    ...(username !== "" && { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` }),
    ...(body !== undefined && { "content-type": "application/json" }),
    ...(body !== undefined && keyFile !== undefined && { [signatureHeader]: signature(body, keyFile, now) })
  }
  let at = address
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    at.username = ""
    at.password = ""
    const response = await fetch(at, {
      signal,
      redirect: "manual",
      headers,
      ...(body !== undefined && { method: "POST", body })
    })
    await response.body?.cancel()
    // 303: what was sent has arrived, and there is something to look at elsewhere.
    if (response.ok || response.status === 303) return
    if (!isRedirect(response.status)) throw new OutsideFailed(`answered ${response.status}`)
    at = target(response, at)
  }
  throw new OutsideFailed("redirects again and again")
}

/** The reason in words that hold nothing of the address: what the platform says of a failure may repeat it in full. */
const reasonOf = (error: unknown): string => {
  if (error instanceof OutsideFailed) return error.message
  const cause = error instanceof Error ? error.cause : undefined
  const why = cause instanceof Error ? ("code" in cause ? String(cause.code) : cause.message) : ""
  // A code such as ECONNREFUSED, or a few plain words.
  return /^(?:[A-Z][A-Z0-9_]{2,40}|[a-z][a-z ]{2,40})$/.test(why)
    ? `could not be reached (${why})`
    : "could not be reached"
}

/**
 * Sends JSON with POST, or nothing with GET. Redirects are followed on the same origin only; a name and password in the
 * address go into a header. @throws OutsideFailed that says the host and no more of the address
 */
export const callAddress = async (address: string, body: unknown, options: CallOptions): Promise<void> => {
  const url = parseAddress(address)
  const { host } = url
  try {
    await request(url, body === undefined ? undefined : JSON.stringify(body), options)
  } catch (error) {
    throw new OutsideFailed(`${host} ${reasonOf(error)}`)
  }
}
