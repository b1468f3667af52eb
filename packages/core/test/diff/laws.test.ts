import * as FastCheck from "effect/FastCheck"
import { expect, it } from "vitest"
import { diffDocuments } from "../../src/diff/DocumentDiff.js"
import type { Json } from "../../src/document/Json.js"
import { rounds } from "../soak.js"
import { documents, edited, performance, respell, song } from "./fixtures.js"
import { patched } from "./patched.js"

const pairs = FastCheck.tuple(documents, documents)
const parse = (text: string): Json => JSON.parse(text)
/** As JSON has it: without the difference of 0 and -0. */
const plain = (value: unknown) => parse(JSON.stringify(value))

it("gives a patch that takes the first document to the second exactly", () => {
  FastCheck.assert(
    FastCheck.property(pairs, ([before, after]) => {
      const [was, is] = [JSON.stringify(before), JSON.stringify(after)]
      const { patch } = diffDocuments(was, is)
      expect(patch).toBeDefined()
      expect(plain(patched(parse(was), patch ?? []))).toStrictEqual(parse(is))
    }),
    { numRuns: rounds(400, 8000) }
  )
})

it("gives such a patch for every small change of a song, too", () => {
  const paths = FastCheck.array(FastCheck.nat({ max: 7 }), { minLength: 1, maxLength: 6 })
  const edits = FastCheck.array(
    FastCheck.tuple(paths, FastCheck.constantFrom("remove", "double", "swap"), documents),
    {
      minLength: 1,
      maxLength: 4
    }
  )
  FastCheck.assert(
    FastCheck.property(FastCheck.constantFrom<Json>(song(), performance()), edits, (before, changes) => {
      const after = edited(before, (copy) => {
        for (const [path, change, value] of changes) mutate(copy, path, change, value)
      })
      const [was, is] = [JSON.stringify(before), JSON.stringify(after)]
      const { patch, words, same } = diffDocuments(was, is)
      expect(plain(patched(before, patch ?? []))).toStrictEqual(parse(is))
      expect(words.length === 0).toBe(same !== "no")
    }),
    { numRuns: rounds(150, 3000) }
  )
})

const mutate = (root: Json, path: ReadonlyArray<number>, change: string, value: Json): void => {
  let at = root
  for (const step of path) {
    if (at === null || typeof at !== "object") return
    const inner = Object.values(at).at(step % Math.max(1, Object.keys(at).length))
    if (inner === null || typeof inner !== "object") break
    at = inner
  }
  if (Array.isArray(at)) {
    const index = (path.at(-1) ?? 0) % Math.max(1, at.length)
    if (change === "remove") at.splice(index, 1)
    else if (change === "double") at.splice(index, 0, structuredClone(at[index] ?? value))
    else at.reverse()
  } else if (at !== null && typeof at === "object") {
    const fields = at as { [name: string]: Json }
    const name = Object.keys(fields).at((path.at(-1) ?? 0) % Math.max(1, Object.keys(fields).length)) ?? "new"
    if (change === "remove") delete fields[name]
    else fields[name] = value
  }
}

it("knows a document again in any other spelling", () => {
  FastCheck.assert(
    FastCheck.property(documents, (value) => {
      const text = JSON.stringify(value)
      expect(diffDocuments(text, text)).toEqual({ same: "bytes", words: [], patch: [] })
      expect(diffDocuments(text, `${respell(value)}\n`)).toEqual({ same: "meaning", words: [], patch: [] })
      expect(diffDocuments(text, `\ufeff${text}`)).toEqual({ same: "meaning", words: [], patch: [] })
    }),
    { numRuns: rounds(150, 3000) }
  )
})

it("has words exactly where the meaning changed, few and safe to print", () => {
  FastCheck.assert(
    FastCheck.property(pairs, ([before, after]) => {
      const { same, words } = diffDocuments(JSON.stringify(before), JSON.stringify(after))
      const equal = respell(sorted(before)) === respell(sorted(after))
      expect(same === "no").toBe(!equal)
      expect(words.length > 0).toBe(!equal)
      expect(words.length).toBeLessThanOrEqual(21)
      for (const phrase of words) {
        expect(phrase).not.toMatch(/\p{Cc}|undefined|NaN|\[object/u)
        expect(phrase.isWellFormed()).toBe(true)
        expect(phrase.length).toBeLessThan(400)
        expect(phrase.trim()).toBe(phrase)
      }
    }),
    { numRuns: rounds(400, 8000) }
  )
})

const sorted = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== "object") return value
  const fields = Object.entries(value as { readonly [name: string]: Json })
  return Object.fromEntries(
    fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)])
  )
}

it("takes any text for a document", () => {
  const texts = FastCheck.oneof(
    FastCheck.string(),
    FastCheck.json(),
    FastCheck.constantFrom("", "{", "\ufeff", "1\r\n2\n")
  )
  FastCheck.assert(
    FastCheck.property(texts, texts, (before, after) => {
      const { same, words } = diffDocuments(before, after)
      expect(same === "no").toBe(words.length > 0)
      expect(same === "bytes").toBe(before === after)
    }),
    { numRuns: rounds(300, 6000) }
  )
})
