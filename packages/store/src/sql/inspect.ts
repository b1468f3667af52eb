/** What must not be run on the connection of a library. The text of a statement says all that is asked here. */
import { ownNames } from "../sqlite/Schema.js"

interface Word {
  /** In lower case, without its quotes. */
  readonly text: string
  readonly isQuoted: boolean
}

const pattern =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|\[([^\]]*)\]|([\w$\u0080-\ufefe\uff00-\uffff]+|[.;])/g

/** Words, names and texts in any quotes that SQLite takes, and the signs that part names and statements. */
const wordsOf = (sql: string): ReadonlyArray<Word> =>
  [...sql.matchAll(pattern)].flatMap(([, single, double, back, bracket, bare]) => {
    const quoted = single ?? double ?? back ?? bracket
    const text = quoted ?? bare
    return text === undefined ? [] : [{ text: text.toLowerCase(), isQuoted: quoted !== undefined }]
  })

const transactionWords = new Set(["begin", "commit", "end", "rollback", "savepoint", "release"])

/** What may be asked for and, where it is a setting, set. */
const pragmas = new Set([
  ...["table_list", "table_info", "table_xinfo", "index_list", "index_info", "index_xinfo", "database_list"],
  ...["foreign_key_list", "foreign_key_check", "foreign_keys", "defer_foreign_keys", "user_version"]
])

/** What the word in front of it is about: x in `INTO main.x`, `UPDATE OR IGNORE x`, `TABLE IF NOT EXISTS x`. */
const nameAfter = (words: ReadonlyArray<Word>, index: number): string => {
  let at = index + 1
  if (words[at]?.text === "or") at += 2
  if (words[at]?.text === "if") at += words[at + 1]?.text === "not" ? 3 : 2
  if (words[at + 1]?.text === ".") at += 2
  return words[at]?.text ?? ""
}

const makes = (words: ReadonlyArray<Word>, ...kinds: ReadonlyArray<string>): boolean =>
  words[0]?.text === "create" && words.slice(1, 3).some(({ text }) => kinds.includes(text))

/** Whether the name after a word is that of something that is written, made, changed or dropped. */
const changesWhatFollows = (words: ReadonlyArray<Word>, index: number): boolean => {
  const word = words[index]
  if (word === undefined || word.isQuoted) return false
  const before = words[index - 1]?.text
  switch (word.text) {
    case "into":
    case "update":
    case "table":
    case "index":
      return true
    case "from":
      return before === "delete"
    case "to":
      return before === "rename"
    case "on":
      return (
        makes(words, "index", "unique", "trigger") && words.findIndex(({ text }) => text === "on") === index
      )
    default:
      return false
  }
}

/** Names in the schema `temp` hide those of the library. */
const isTemporary = (words: ReadonlyArray<Word>): boolean =>
  makes(words, "temp", "temporary") ||
  words.some(({ text }, index) => text === "temp" && words[index + 1]?.text === ".")

const refusal = (words: ReadonlyArray<Word>): string | undefined => {
  const verb = words[0]?.text ?? ""
  if (transactionWords.has(verb)) return "transactions are made with sql.withTransaction"
  if (verb === "attach" || verb === "detach") return "another file cannot share a transaction with this one"
  if (verb === "pragma" && !pragmas.has(nameAfter(words, 0)))
    return `the library sets PRAGMA ${nameAfter(words, 0)} itself`
  if (isTemporary(words)) return "a temporary table could hide one of the library"
  const own = words.findIndex((_, at) => changesWhatFollows(words, at) && ownNames.has(nameAfter(words, at)))
  return own < 0 ? undefined : `${nameAfter(words, own)} is the library's own, which only library calls write`
}

export interface Inspection {
  /** Why it is refused, if it is. */
  readonly refusal: string | undefined
  /** Whether it makes, changes or drops tables, indexes, views or triggers. */
  readonly changesSchema: boolean
}

/** What a statement is about. */
export const inspect = (sql: string): Inspection => {
  const all = wordsOf(sql)
  const words = all.slice(
    Math.max(
      0,
      all.findIndex(({ text }) => text !== ";")
    )
  )
  return {
    refusal: refusal(words),
    changesSchema: ["create", "alter", "drop"].includes(words[0]?.text ?? "")
  }
}
