/**
 * What a row of `sqlite_schema` defines. SQLite goes by the row's SQL alone: its type and its name may say something else
 * in a file that was forged, so that a table that one asks for is a view.
 */

type Token =
  | { readonly kind: "word" | "sign"; readonly text: string }
  /** A name in quotes, without them. */
  | { readonly kind: "quoted"; readonly text: string }

const space = /\s+/y
const comment = /--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$)/y
const word = /[\w$\u0080-\uffff]+/y
const quotes: Readonly<Record<string, string>> = { '"': '"', "'": "'", "`": "`", "[": "]" }

const at = (pattern: RegExp, sql: string, from: number): string | undefined => {
  pattern.lastIndex = from
  return pattern.exec(sql)?.[0]
}

/** The end of what is quoted from `from` on, where a doubled quote stands for one. */
const endOfQuoted = (sql: string, from: number, close: string): number => {
  for (let end = sql.indexOf(close, from + 1); end >= 0; end = sql.indexOf(close, end + 2))
    if (close === "]" || sql[end + 1] !== close) return end
  return sql.length
}

function* tokens(sql: string): Generator<Token> {
  for (let from = 0; from < sql.length; ) {
    const skipped = at(space, sql, from) ?? at(comment, sql, from)
    const text = skipped === undefined ? at(word, sql, from) : undefined
    const close = quotes[sql[from] ?? ""]
    if (skipped !== undefined) from += skipped.length
    else if (text !== undefined) {
      yield { kind: "word", text }
      from += text.length
    } else if (close !== undefined) {
      const end = endOfQuoted(sql, from, close)
      const inner = sql.slice(from + 1, end)
      yield { kind: "quoted", text: close === "]" ? inner : inner.replaceAll(close + close, close) }
      from = end + 1
    } else {
      yield { kind: "sign", text: sql[from] ?? "" }
      from++
    }
  }
}

export interface Defined {
  readonly type: "table" | "virtual table" | "view" | "index" | "trigger"
  readonly name: string
  /** The table that a trigger or an index is on. */
  readonly on?: string | undefined
}

const types: ReadonlyArray<readonly [words: ReadonlyArray<string>, type: Defined["type"]]> = [
  [["table"], "table"],
  [["virtual", "table"], "virtual table"],
  [["view"], "view"],
  [["index"], "index"],
  [["unique", "index"], "index"],
  [["trigger"], "trigger"]
]

/** The name after the first `ON`: nothing before it in SQL that SQLite takes can be that word without quotes. */
const tableAfterOn = (rest: Iterator<Token>): string | undefined => {
  let isNext = false
  for (let token = rest.next(); token.done !== true; token = rest.next()) {
    const { kind, text } = token.value
    if (isNext) return kind === "sign" ? undefined : text
    isNext = kind === "word" && text.toLowerCase() === "on"
  }
  return undefined
}

/**
 * What SQL defines, in the form in which SQLite itself keeps it (`CREATE TABLE name`, without `main.` or `IF NOT EXISTS`);
 * `undefined` for any other.
 */
export const definedBy = (sql: string): Defined | undefined => {
  const stream = tokens(sql)
  const next = (): Token | undefined => {
    const { value, done } = stream.next()
    return done === true ? undefined : value
  }
  const nextWord = (): string => {
    const token = next()
    return token?.kind === "word" ? token.text.toLowerCase() : ""
  }
  if (nextWord() !== "create") return undefined
  const first = nextWord()
  const words = first === "virtual" || first === "unique" ? [first, nextWord()] : [first]
  const type = types.find(([wanted]) => wanted.join(" ") === words.join(" "))?.[1]
  const name = next()
  if (type === undefined || name === undefined || name.kind === "sign") return undefined
  return type === "trigger" || type === "index"
    ? { type, name: name.text, on: tableAfterOn(stream) }
    : { type, name: name.text }
}

/** True for a table with generated columns: reading them evaluates what was put there. A name would stand in quotes. */
export const computes = (sql: string): boolean => {
  for (const { kind, text } of tokens(sql))
    if (kind === "word" && /^(?:as|generated)$/i.test(text)) return true
  return false
}

/** A row of `sqlite_schema`, as far as it says what there is. */
export interface SchemaRow {
  readonly type: string
  readonly name: string
  readonly sql: string | null
}

/**
 * What a row defines; `undefined` for one that SQLite did not write: its columns say something else than its SQL. The
 * indexes that SQLite makes by itself have no SQL.
 */
export const definedByRow = ({ type, name, sql }: SchemaRow): Defined | undefined => {
  if (sql === null) return type === "index" && /^sqlite_autoindex_/i.test(name) ? { type, name } : undefined
  const found = definedBy(sql)
  if (found === undefined) return undefined
  const kept = found.type === "virtual table" ? "table" : found.type
  return kept === type && found.name.toLowerCase() === name.toLowerCase() ? found : undefined
}
