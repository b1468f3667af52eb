import { errorCode } from "@white-room/core"

const lacks: ReadonlyArray<readonly [RegExp, (name: string) => string]> = [
  [/^no such collation sequence: (.*)$/s, (name) => `the collation ${name}`],
  [/^(?:no such|unknown) function: (.*?)(?:\(\))?$/s, (name) => `the function ${name}`],
  [/^wrong number of arguments to function (.*?)(?:\(\))?$/s, (name) => `its function ${name}`],
  [/^no such module: (.*)$/s, (name) => `the module ${name}`],
  [/^no such tokenizer: (.*)$/s, (name) => `the tokenizer ${name}`],
  [/^unsafe use of (?:virtual table )?"?(.*?)"?(?:\(\))?$/s, (name) => `a safe use of ${name}`]
]

/** What SQLite lacks here and an app has, and its name; `undefined` for an error of another kind. */
export interface Lack {
  readonly needs: string
  readonly name: string
}

/** An app may define collations, functions and more of its own, for its own connections alone. */
export const lackOf = (error: unknown): Lack | undefined => {
  if (!(error instanceof Error) || !errorCode(error).startsWith("SQLITE_ERROR")) return undefined
  for (const [pattern, words] of lacks) {
    const name = pattern.exec(error.message)?.[1]
    if (name !== undefined) return { needs: words(name), name }
  }
  return undefined
}
