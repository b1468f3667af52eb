/** What a person wants back, as it stands in an address. */
import { linkTo } from "./Link.js"

type Kind = "song" | "performance" | "preferences"
export type Choice = "keep" | "replace" | "both" | "combine"

export const choices: ReadonlyArray<Choice> = ["replace", "combine", "both", "keep"]

export interface Key {
  readonly kind: Kind
  readonly id: string
}

export interface Wish {
  /** `b31`, `@1234` or a time. */
  readonly at: string
  readonly mode: "copy" | "replace"
  /** Without any it is the whole library. */
  readonly only: ReadonlyArray<Key>
  /** By `keyText`. */
  readonly decisions: ReadonlyMap<string, Choice>
  /** Of what is there in part only: the choice for single parts, by `keyText` and the names of the plan. Others stay as they are. */
  readonly parts: ReadonlyMap<string, ReadonlyMap<string, Choice>>
}

/** A wish without choices of its own. */
export const plainWish = (wish: Pick<Wish, "at" | "mode" | "only">): Wish => ({
  ...wish,
  decisions: new Map(),
  parts: new Map()
})

const choiceIn = (text: unknown): Choice | undefined => choices.find((each) => each === text)

export const keyText = ({ kind, id }: Key): string => `${kind}:${id}`

const kinds: ReadonlyArray<Kind> = ["song", "performance", "preferences"]

const keyOf = (text: string): Key | undefined => {
  const at = text.indexOf(":")
  const kind = kinds.find((each) => each === text.slice(0, at))
  return kind === undefined ? undefined : { kind, id: text.slice(at + 1) }
}

/** `["song:1",["track Lead","replace"]]`, as it stands in an address. */
const partsIn = (text: string): readonly [string, ReadonlyMap<string, Choice>] | undefined => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!Array.isArray(value)) return undefined
  const [key, ...picks]: ReadonlyArray<unknown> = value
  if (typeof key !== "string") return undefined
  const parts = new Map<string, Choice>()
  for (const pick of picks) {
    const [name, choice]: ReadonlyArray<unknown> = Array.isArray(pick) ? pick : []
    const known = choiceIn(choice)
    if (typeof name === "string" && known !== undefined) parts.set(name, known)
  }
  return [key, parts]
}

/** What stands in an address may be anything: what means nothing is left out. */
export const wishIn = (query: URLSearchParams): Wish => {
  const decisions = new Map<string, Choice>()
  for (const text of query.getAll("choice")) {
    const space = text.indexOf(" ")
    const choice = choiceIn(text.slice(0, space))
    if (choice !== undefined) decisions.set(text.slice(space + 1), choice)
  }
  return {
    at: query.get("at") ?? "latest",
    mode: query.get("mode") === "copy" ? "copy" : "replace",
    only: query.getAll("only").flatMap((text) => keyOf(text) ?? []),
    decisions,
    parts: new Map(
      query.getAll("part").flatMap((text) => [partsIn(text)].filter((found) => found !== undefined))
    )
  }
}

export const addressOf = (library: string, { at, mode, only, decisions, parts }: Wish): string => {
  const query = new URLSearchParams({ at, mode })
  for (const key of only) query.append("only", keyText(key))
  for (const [key, choice] of decisions) query.append("choice", `${choice} ${key}`)
  for (const [key, picks] of parts) query.append("part", JSON.stringify([key, ...picks]))
  return `${linkTo([library, "restore"])}?${query}`
}

export const linkToRestore = (library: string, id: string): string => linkTo([library, "restore", id])

/** The wish as the API takes it. */
export const bodyOf = ({ at, mode, only, decisions, parts }: Wish) => {
  const decided = [...new Set([...decisions.keys(), ...parts.keys()])].flatMap((text) => {
    const key = keyOf(text)
    const picks = parts.get(text)
    if (key === undefined) return []
    if (picks === undefined) return [{ ...key, choice: decisions.get(text) ?? "keep" }]
    return [
      { ...key, choice: "keep" as const, parts: Array.from(picks, ([name, choice]) => ({ name, choice })) }
    ]
  })
  return {
    at,
    mode,
    ...(only.length > 0 && { only: [...only] }),
    ...(decided.length > 0 && { decisions: decided })
  }
}

const quoted = (text: string): string =>
  /^[A-Za-z0-9@._:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** What was chosen of the one thing that is named; of several a terminal asks. */
const choiceWords = ({ only, decisions, parts }: Wish): ReadonlyArray<string> => {
  const [key, ...others] = only
  if (key === undefined || others.length > 0) return []
  const decided = decisions.get(keyText(key))
  const picks = parts.get(keyText(key))
  if (picks === undefined)
    return decided === undefined || decided === "replace" ? [] : [`--on-conflict ${decided}`]
  return Array.from(
    picks,
    ([name, choice]) => `--part ${quoted(choice === "replace" ? name : `${name}=${choice}`)}`
  )
}

/** The same for a terminal. */
export const commandOf = (wish: Wish): string => {
  const { at, mode, only } = wish
  return [
    "whiteroom restore",
    quoted(at),
    ...only.map(({ kind, id }) => (kind === "preferences" ? "--preferences" : `--${kind} ${quoted(id)}`)),
    ...(mode === "copy" ? ["--as-copy"] : choiceWords(wish))
  ].join(" ")
}
