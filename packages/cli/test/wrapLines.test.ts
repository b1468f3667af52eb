/** Sentences in a terminal: broken between words, whatever its width. */
import { describe, expect, it } from "vitest"
import { paintFor } from "../src/terminal/Paint.js"
import { textWidth } from "../src/terminal/Text.js"
import { wrapLines } from "../src/terminal/wrapLines.js"

const at = (width: number, text: string): ReadonlyArray<string> => wrapLines(text, width).split("\n")

describe("a text that is wider than the terminal", () => {
  it("is broken between words, and loses nothing", () => {
    const text =
      "White Room's tables and rows stay as they are, and it goes on reading and writing them. What changes in the file:"
    for (const width of [40, 60, 80, 100]) {
      const lines = at(width, text)
      expect(lines.join(" ")).toBe(text)
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width)
    }
    expect(at(60, text)).toEqual([
      "White Room's tables and rows stay as they are, and it goes",
      "on reading and writing them. What changes in the file:"
    ])
  })

  it("keeps its lines, what stands in columns, and the blank behind a question", () => {
    expect(at(60, "one\n\n  two   three\n")).toEqual(["one", "", "  two   three", ""])
    expect(wrapLines("Do you want to do this now? [y/N] ", 20)).toBe("Do you want to do\nthis now? [y/N] ")
  })

  it("goes on below the words of an entry", () => {
    expect(at(40, "  tables and triggers of White Room Backup are added")).toEqual([
      "  tables and triggers of White Room",
      "  Backup are added"
    ])
  })

  it("goes on below the value that stands beside a name", () => {
    expect(at(40, "Next backup  daily 18:00, on the disk of the studio")).toEqual([
      "Next backup  daily 18:00, on the disk of",
      "             the studio"
    ])
    // Where the value stands far to the right there would be no room for it.
    expect(at(24, "A name that is long  and its value of words")[1]).toMatch(/^\S/)
  })

  it("keeps a command on one line, so that it can be pasted, also one that is longer than a line", () => {
    const command = "whiteroom restore --song 'Night Drive' --version 3"
    expect(at(60, `It was deleted just now: ${command}; or leave it.`)).toEqual([
      "It was deleted just now:",
      `${command}; or leave`,
      "it."
    ])
    expect(at(60, "There is no command trash; `whiteroom list --trash` shows")).toEqual([
      "There is no command trash; `whiteroom list --trash` shows"
    ])
    expect(at(50, "There is no command trash; `whiteroom list --trash` shows")).toEqual([
      "There is no command trash;",
      "`whiteroom list --trash` shows"
    ])
    expect(at(40, `Say ${command}`)).toEqual(["Say", command])
  })

  it("is as wide as it looks: wide letters take two columns, colours none", () => {
    expect(at(40, `${"夜行 ".repeat(12)}`.trimEnd())).toHaveLength(2)
    const painted = paintFor({ isTTY: true }, {})("red", "Error:")
    expect(at(40, `${painted} it fits into forty columns as it is.`)).toHaveLength(2)
    expect(at(44, `${painted} it fits into forty columns as it is.`)).toHaveLength(1)
  })

  it("stays whole where it is one word, or data of thousands of letters", () => {
    expect(at(40, "x".repeat(99))).toEqual(["x".repeat(99)])
    expect(at(40, "ab ".repeat(2000))).toHaveLength(1)
  })
})
