/** The API as the page asks it: answers are values, refusals are `Refusal`, a server that cannot be reached is `Unreachable`. */
import createClient from "openapi-fetch"
import type { components, paths } from "./api.js"

export type Schemas = components["schemas"]
export type Problem = Schemas["Problem"]

/** The server said no, and why. Recovery: what its `recovery` says. */
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail)
  }
}

/** Nothing answered. Recovery: asked again by itself as soon as the server is back. */
export class Unreachable extends Error {}

const patient = { prefer: "wait=20" }

export const client = createClient<paths>({ baseUrl: location.origin, headers: patient })

export interface Answer<A> {
  readonly data?: A
  readonly error?: unknown
  readonly response: Response
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === "object" && value !== null && "type" in value && "detail" in value && "recovery" in value

const strange = (response: Response): Problem => ({
  type: "Strange",
  title: response.statusText,
  status: response.status,
  detail: `The server answered ${response.status}, and not as agreed.`,
  recovery: "Load the page again."
})

/** The result of a request; throws `Refusal` or `Unreachable`. */
export const answerOf = async <A>(request: Promise<Answer<A>>): Promise<A> => {
  let answer: Answer<A>
  try {
    answer = await request
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause
    throw new Unreachable("The server cannot be reached.", { cause })
  }
  if (answer.response.ok) return answer.data as A
  throw new Refusal(isProblem(answer.error) ? answer.error : strange(answer.response))
}

interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly isLast: boolean
  readonly next?: string
}

/** All of a list of which the server gives a page at a time; at most `most`. */
export const allOf = async <A>(
  page: (after: string | undefined) => Promise<Page<A>>,
  most = 20_000
): Promise<ReadonlyArray<A>> => {
  const found: Array<A> = []
  let after: string | undefined
  do {
    const { items, next, isLast } = await page(after)
    found.push(...items)
    after = isLast ? undefined : next
  } while (after !== undefined && found.length < most)
  return found
}

/** An id as it stands in an address: as it is where it is harmless, else `~` and its base64url. */
export const idInPath = (id: string): string => {
  if (/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(id)) return id
  const bytes = String.fromCharCode(...new TextEncoder().encode(id))
  return `~${btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`
}

/** A new key of 32 random bytes, in base64url: the secret of this browser, or the name of one wish. */
export const newKey = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "")
}
