import { withoutMarks } from "./Paint.js"
import { textWidth } from "./Text.js"

/** What stays on one line: a command that is to be pasted, up to the end of what it may be; else a word. */
const unit = /(\s*)(`[^`\n]*`\S*|whiteroom [^\n]*?[;,.:](?=\s|$)|whiteroom [^\n]*$|\S+)/g

/** Longer lines are data, and not for reading. */
const longest = 4000

const widthOf = (text: string): number => textWidth(withoutMarks(text))

/** Where the words of an entry, or the value beside its name, begin: below them its other lines do too. */
const indentOf = (line: string, width: number): string => {
  const [before = ""] = /^ *(?:[-•] |! |\S+(?: \S+)* {2,}(?=\S))?/.exec(withoutMarks(line)) ?? []
  const indent = textWidth(before)
  return " ".repeat(indent <= width / 2 ? indent : 0)
}

const wrapLine = (line: string, width: number): string => {
  if (line.length > longest || widthOf(line) <= width) return line
  const indent = indentOf(line, width)
  const lines: Array<string> = []
  let current = ""
  let end = 0
  for (const match of line.matchAll(unit)) {
    const [all, space = "", word = ""] = match
    end = match.index + all.length
    if (current.trim() !== "" && widthOf(current + space + word) > width) {
      lines.push(current)
      current = indent + word
    } else current += space + word
  }
  return [...lines, current + line.slice(end)].join("\n")
}

/** Text whose lines are broken between words at a width; what is longer than a line by itself stays whole. */
export const wrapLines = (text: string, width: number): string =>
  text
    .split("\n")
    .map((line) => wrapLine(line, width))
    .join("\n")
