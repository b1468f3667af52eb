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
}

export const keyText = ({ kind, id }: Key): string => `${kind}:${id}`

const kinds: ReadonlyArray<Kind> = ["song", "performance", "preferences"]

const keyOf = (text: string): Key | undefined => {
  const at = text.indexOf(":")
  const kind = kinds.find((each) => each === text.slice(0, at))
  return kind === undefined ? undefined : { kind, id: text.slice(at + 1) }
}

/** What stands in an address may be anything: what means nothing is left out. */
export const wishIn = (query: URLSearchParams): Wish => {
  const decisions = new Map<string, Choice>()
  for (const text of query.getAll("choice")) {
    const space = text.indexOf(" ")
    const choice = choices.find((each) => each === text.slice(0, space))
    if (choice !== undefined) decisions.set(text.slice(space + 1), choice)
  }
  return {
    at: query.get("at") ?? "latest",
    mode: query.get("mode") === "copy" ? "copy" : "replace",
    only: query.getAll("only").flatMap((text) => keyOf(text) ?? []),
    decisions
  }
}

export const addressOf = (library: string, { at, mode, only, decisions }: Wish): string => {
  const query = new URLSearchParams({ at, mode })
  for (const key of only) query.append("only", keyText(key))
  for (const [key, choice] of decisions) query.append("choice", `${choice} ${key}`)
  return `${linkTo([library, "restore"])}?${query}`
}

export const linkToRestore = (library: string, id: string): string => linkTo([library, "restore", id])

/** The wish as the API takes it. */
export const bodyOf = ({ at, mode, only, decisions }: Wish) => ({
  at,
  mode,
  ...(only.length > 0 && { only: [...only] }),
  ...(decisions.size > 0 && {
    decisions: [...decisions].flatMap(([text, choice]) => {
      const key = keyOf(text)
      return key === undefined ? [] : [{ ...key, choice }]
    })
  })
})

const quoted = (text: string): string =>
  /^[A-Za-z0-9@._:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** The same for a terminal. */
export const commandOf = ({ at, mode, only }: Wish): string =>
  [
    "whiteroom restore",
    quoted(at),
    ...only.map(({ kind, id }) => (kind === "preferences" ? "--preferences" : `--${kind} ${quoted(id)}`)),
    ...(mode === "copy" ? ["--as-copy"] : [])
  ].join(" ")
