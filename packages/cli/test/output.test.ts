import { describe, expect, it } from "vitest"
import { printable } from "../src/terminal/Harmless.js"
import { paintFor, withSequences } from "../src/terminal/Paint.js"
import { makeProgress, progressLine } from "../src/terminal/Progress.js"
import { table } from "../src/terminal/Table.js"
import { cutText, nameList, padText, textWidth } from "../src/terminal/Text.js"
import { clock, dayOf } from "../src/terminal/Time.js"
import { schemaFaults } from "./support/jsonSchema.js"

const plain = paintFor({}, {})

describe("text", () => {
  it("is as wide as a terminal shows it", () => {
    for (const [text, width] of [
      ["abc", 3],
      ["夜", 2],
      ["e\u0301", 1],
      ["🎹", 2],
      ["👩‍🎤", 2],
      ["", 0]
    ] as const)
      expect([text, textWidth(text)]).toEqual([text, width])
  })

  it("is cut between characters, with a sign that something is missing", () => {
    expect(cutText("Night Drive", 11)).toBe("Night Drive")
    expect(cutText("Night Drive", 7)).toBe("Night…")
    expect(cutText("夜のドライブ", 6)).toBe("夜の…")
    for (let width = 1; width < 14; width++)
      expect(textWidth(cutText("夜のドライブ", width))).toBeLessThanOrEqual(width)
  })

  it("is filled up by width, not by length", () => {
    expect(padText("夜", 4)).toBe("夜  ")
    expect(padText("7", 3, "right")).toBe("  7")
  })

  it("loses what would control the terminal", () => {
    expect(printable("a\u001b[31mb\u0007\u202ec\nd\u009b")).toBe("a\ufffd[31mb\ufffd\ufffdc\ufffdd\ufffd")
  })

  it("lists the first names and counts the others", () => {
    expect(nameList(["a", "", "c"], 8)).toBe("a, (no name), c")
    expect(nameList(["a", "b", "c", "d"], 2)).toBe("a, b and 2 more")
  })
})

describe("table", () => {
  const columns = [
    { header: "Name", shrink: true },
    { header: "Composer", shrink: true, optional: true },
    { header: "Empty" },
    { header: "N", align: "right" }
  ] as const
  const rows = [
    ["A long name of a song", "Somebody", "", "1"],
    ["B", "", "", "22"]
  ]

  it("aligns columns and leaves out empty ones", () => {
    expect(table({ columns, rows, paint: plain, width: undefined })).toBe(
      [
        "Name                   Composer   N",
        "A long name of a song  Somebody   1",
        "B                                22"
      ].join("\n")
    )
  })

  it("leaves out optional columns before it cuts texts very short", () => {
    expect(table({ columns, rows, paint: plain, width: 20 })).toBe(
      ["Name               N", "A long name of…    1", "B                 22"].join("\n")
    )
  })

  it("lets one text of megabytes fill up no other row, and cuts none outside a terminal", () => {
    const long = "夜".repeat(2_000_000)
    const others = Array.from({ length: 2000 }, (_, n) => [`song ${n}`, "", "", `${n}`])
    const all = [[long, "x", "", "1"], ...others]
    const text = table({ columns, rows: all, paint: plain, width: undefined })
    expect(text.split("\n")[1]).toBe(`${long}  ${"x".padEnd(8)}  ${"1".padStart(4)}`)
    expect(text.length).toBeLessThan(long.length + 2000 * 250)
    expect(table({ columns, rows: all, paint: plain, width: 80 }).length).toBeLessThan(2002 * 100)
  })
})

describe("colours", () => {
  it("are for terminals that want them", () => {
    const terminal = { isTTY: true }
    expect(withSequences(paintFor(terminal, {})("red", "x"))).toBe("\u001b[31mx\u001b[39m")
    expect(paintFor(terminal, { NO_COLOR: "" })("red", "x")).not.toBe("x")
    expect(paintFor(terminal, { NO_COLOR: "1" })("red", "x")).toBe("x")
    expect(paintFor(terminal, { TERM: "dumb" })("red", "x")).toBe("x")
    expect(paintFor({}, {})("red", "x")).toBe("x")
  })
})

describe("progress", () => {
  it("has a bar, a share, a rate and the time left", () => {
    expect(progressLine({ step: "importing songs", done: 250, total: 1000 }, 2, 80)).toBe(
      "Importing songs  [#####---------------]  25 %  250 of 1,000  125/s  6 s left"
    )
    expect(progressLine({ step: "reading", done: 5, total: 0 }, 2, 80)).toBe("Reading  5  3/s")
    expect(progressLine({ step: "reading", done: 0, total: 5 }, 0, 80)).toBe(
      "Reading  [--------------------]   0 %  0 of 5"
    )
  })

  it("keeps the share, the rate and the time left where the line is narrow", () => {
    const at = (width: number) => progressLine({ step: "import", done: 250, total: 1000 }, 2, width)
    expect(at(60)).toBe("Import  25 %  250 of 1,000  125/s  6 s left")
    expect(at(40)).toBe("Import  25 %  125/s  6 s left")
    expect(at(12)).toBe("Import  25…")
  })

  it("shows nothing for half a second, then ten lines a second at most, and takes the last away", () => {
    let now = 0
    const drawn: Array<string> = []
    const statuses: Array<{ readonly done: number }> = []
    const { report, end } = makeProgress({
      draw: (line) => drawn.push(line),
      status: (status) => statuses.push(status),
      now: () => now,
      width: 200
    })
    for (; now < 2500; now += 10) report({ step: "work", done: now, total: 2500 })
    expect(drawn).toHaveLength(20)
    expect(statuses.map(({ done }) => done)).toEqual([500, 1500])
    expect(schemaFaults("status-line", statuses[0])).toEqual([])
    end()
    expect(drawn.at(-1)).toBe("")
  })

  it("leaves no trace of quick work", () => {
    const drawn: Array<string> = []
    const { report, end } = makeProgress({
      draw: (line) => drawn.push(line),
      status: undefined,
      now: () => 0,
      width: 80
    })
    report({ step: "work", done: 1, total: 2 })
    end()
    expect(drawn).toEqual([])
  })
})

describe("time", () => {
  it("of a song is minutes and seconds", () => {
    expect([0, 59.6, 61, 3661].map(clock)).toEqual(["0:00", "1:00", "1:01", "1:01:01"])
  })

  it("names a day, and its year when that is another one", () => {
    const noon = (year: number) => new Date(year, 4, 4, 12)
    expect(dayOf(noon(2026), noon(2026))).toBe("4 May")
    expect(dayOf(noon(2025), noon(2026))).toBe("4 May 2025")
    expect(dayOf(new Date(Number.NaN), noon(2026))).toBe("an unknown day")
  })
})
