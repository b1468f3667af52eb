import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { utf8 } from "../../src/codec/Bytes.js"
import { safeFileName } from "../../src/song-file/safeFileName.js"

const alone = (name: string): string => safeFileName(name, ".json", new Set())

describe("a file name from a name", () => {
  it.each([
    ["Night Drive", "Night Drive.json"],
    ["Für Elise – 夜 🎵", "Für Elise – 夜 🎵.json"],
    ["👩‍👩‍👧 family", "👩‍👩‍👧 family.json"],
    ["AC/DC", "AC_DC.json"],
    ["..", "untitled.json"],
    ["../../etc/passwd", "_.._etc_passwd.json"],
    ["C:\\Windows\\x", "C__Windows_x.json"],
    ["a\0b\nc\u001b[31m\u007f\u0085", "a_b_c_[31m__.json"],
    ["\u202egnp.exe", "_gnp.exe.json"],
    ["half \ud800 pair", "half _ pair.json"],
    ['a<b>c:"d"|e?f*', "a_b_c__d__e_f_.json"],
    ["", "untitled.json"],
    ["  . ", "untitled.json"],
    ["dots...", "dots.json"],
    [".hidden", "hidden.json"],
    ["CON", "_CON.json"],
    ["nul.tar.gz", "_nul.tar.gz.json"],
    ["com¹", "_com¹.json"],
    ["Lpt9 .x", "_Lpt9 .x.json"],
    ["CONSOLE", "CONSOLE.json"]
  ])("%j is %j", (name, expected) => {
    expect(alone(name)).toBe(expected)
  })

  it("is cut to 120 bytes between characters", () => {
    expect(alone("x".repeat(500))).toBe(`${"x".repeat(114)}.json`)
    expect(alone("夜".repeat(100))).toBe(`${"夜".repeat(38)}.json`)
    expect(alone(`a${"🎵".repeat(50)}`)).toBe(`a${"🎵".repeat(28)}.json`)
    expect(alone(`NUL${" ".repeat(200)}x`)).toBe("_NUL.json")
  })

  it("is numbered when it is taken, also by one that differs in case or composition only", () => {
    const taken = new Set<string>()
    expect(safeFileName("Night Drive", ".json", taken)).toBe("Night Drive.json")
    expect(safeFileName("night drive", ".json", taken)).toBe("night drive (2).json")
    expect(safeFileName("Night Drive", ".json", taken)).toBe("Night Drive (3).json")
    expect(safeFileName("caf\u00e9", ".json", taken)).toBe("caf\u00e9.json")
    expect(safeFileName("CAFE\u0301", ".json", taken)).toBe("CAFE\u0301 (2).json")
    expect(safeFileName("straße", ".json", taken)).toBe("straße.json")
    expect(safeFileName("STRASSE", ".json", taken)).toBe("STRASSE (2).json")
  })
})

const anyName = FastCheck.oneof(
  FastCheck.string({ unit: "binary", maxLength: 200 }),
  FastCheck.array(
    FastCheck.constantFrom(
      "..",
      "/",
      "\\",
      ".",
      " ",
      "NUL",
      "con",
      "\0",
      "é",
      "夜",
      "🎵",
      "\ud800",
      "x".repeat(40)
    ),
    { maxLength: 20 }
  ).map((parts) => parts.join(""))
)

it("any names become different names that are safe everywhere", () => {
  const device = /^(con|prn|aux|nul|(com|lpt)[0-9¹²³])[ ]*(\.|$)/i
  FastCheck.assert(
    FastCheck.property(FastCheck.array(anyName, { maxLength: 8 }), (names) => {
      const taken = new Set<string>()
      const all = names.map((name) => safeFileName(name, ".json", taken))
      for (const fileName of all) {
        expect(utf8(fileName).length).toBeLessThanOrEqual(120)
        expect(fileName).toMatch(/^[^\s.].*[^\s.]\.json$|^[^\s.]\.json$/su)
        expect(fileName).not.toMatch(/[/\\<>:"|?*]|\p{Cc}|\p{Surrogate}/u)
        expect(fileName).not.toMatch(device)
      }
      expect(new Set(all.map((fileName) => fileName.toLowerCase())).size).toBe(names.length)
      expect(taken.size).toBe(names.length)
    }),
    { numRuns: 500 }
  )
})
