/** Every command that the documents have is one that is understood: its name, its options, and what they take. */
import { readdirSync, readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { Answered, parse } from "../src/Grammar.js"

const root = new URL("../../../", import.meta.url)

const documents: ReadonlyArray<string> = [
  "README.md",
  "packages/cli/README.md",
  "packages/scheduler/README.md",
  "packages/vault/README.md",
  "apps/server/README.md",
  ...readdirSync(new URL("docs/", root)).flatMap((name) => (name.endsWith(".md") ? [`docs/${name}`] : []))
]

/** The words of a command as a shell takes them, up to a comment, a pipe, or the next command. */
const wordsOf = (line: string): ReadonlyArray<string> => {
  const words: Array<string> = []
  for (const [, spaces, token = ""] of line.matchAll(/(^|\s+)((?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+)/gu)) {
    if (/^(#|&&$|\|\|?$|>|2>|<|;)/u.test(token)) break
    const word = token.replace(/'([^']*)'|"([^"]*)"|\\(.)/gu, "$1$2$3")
    words.push(spaces === undefined ? token : word.replace(/;$/u, ""))
    if (token.endsWith(";")) break
  }
  return words
}

/** Commands in blocks of a shell, and those that stand within a sentence. One that shows an error is not meant to be understood. */
const commandsIn = (text: string): ReadonlyArray<string> => {
  const blocks = [...text.matchAll(/^```(sh|console)\n(.*?)^```/gmsu)]
  const typed = blocks.flatMap(([, kind, body = ""]) => {
    const lines = body.replace(/\\\n\s*/gu, " ").split("\n")
    const command =
      kind === "sh" ? /^(?:[A-Z_]+=\S+ )*(whiteroom.*)$/u : /^\$ (?:[A-Z_]+=\S+ )*(whiteroom.*)$/u
    return lines.flatMap((line, at) =>
      lines[at + 1]?.startsWith("Error:") === true ? [] : (command.exec(line)?.[1] ?? [])
    )
  })
  const prose = text.replace(/^```.*?^```/gmsu, "")
  const named = [...prose.matchAll(/`(whiteroom [^`]+)`/gu)].map(([, command = ""]) =>
    command.replace(/\s+/gu, " ")
  )
  return [...typed, ...named]
}

/** What a document says of any value: one that fits. */
const meant = (word: string): string => ({ N: "1", RULE: "daily", TIME: "2026-11-20" })[word] ?? word

/** What is wrong with a command; nothing where it is understood. */
const faultOf = (command: string): string | undefined => {
  const [, ...words] = wordsOf(command)
  try {
    parse(words.map(meant), { colours: false, width: undefined })
  } catch (error) {
    if (error instanceof Answered) return undefined
    const message = error instanceof Error ? error.message : String(error)
    // A sentence may name a command without all that it takes.
    return /is missing|Say what to do|requires/u.test(message) ? undefined : message
  }
  return undefined
}

const seen = new Set<string>()

it.each(documents)("%s has commands that are understood", (name) => {
  // An ellipsis stands for what the reader knows.
  const commands = commandsIn(readFileSync(new URL(name, root), "utf8")).filter((each) => !each.includes("…"))
  const faults = commands.flatMap((command) => {
    if (seen.has(command)) return []
    seen.add(command)
    const fault = faultOf(command)
    return fault === undefined ? [] : [`${command}: ${fault}`]
  })
  expect(faults).toEqual([])
})
