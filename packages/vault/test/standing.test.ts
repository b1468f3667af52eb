/** How a vault stands is what is found there: emptied, exchanged, away, on the library's own disk, on its way elsewhere. */
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { syncedFolder } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { addVault, clone, knownVault, push, standingOf, vaultRecords } from "../src/index.js"
import { syncedVault } from "../src/syncedVault.js"
import { newLibrary, song, temporaryFolder } from "./support/library.js"
import { cheap } from "./support/sealed.js"

const now = new Date("2026-11-22T12:00:00Z")
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000)

const pushed = (sealed = false) =>
  Effect.gen(function* () {
    const library = yield* newLibrary
    const folder = yield* temporaryFolder
    const { vault } = yield* addVault(
      library,
      "disk",
      folder,
      sealed ? { seal: { ...cheap("correct horse"), label: "Ada" } } : {}
    )
    for (const id of ["a", "b", "c"]) {
      yield* library.songs.create(song(id))
      yield* push(library, vault, yield* knownVault(library, "disk"))
    }
    return { library, vault, place: vault.blobs.place }
  })

const stateOf =
  (library: { readonly path: string }) => (known: Effect.Effect.Success<ReturnType<typeof knownVault>>) =>
    Effect.map(standingOf(known, { library: library.path, now }), ({ state }) => state)

const segmentsBelow = (place: string) =>
  fs
    .readdirSync(place, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".seg"))
    .map((name) => path.join(place, name))
    .sort()

describe("the state of a vault", () => {
  for (const sealed of [false, true])
    it.scoped(`${sealed ? "that is sealed " : ""}is that of its files: any of them gone, it is emptied`, () =>
      Effect.gen(function* () {
        const { library, place } = yield* pushed(sealed)
        const known = yield* knownVault(library, "disk")
        expect(yield* stateOf(library)(known)).toBe("there")
        for (const file of segmentsBelow(place)) {
          const bytes = fs.readFileSync(file)
          fs.rmSync(file)
          expect(yield* stateOf(library)(known)).toBe("emptied")
          fs.writeFileSync(file, bytes)
        }
        for (const file of segmentsBelow(place)) fs.rmSync(file)
        expect(yield* stateOf(library)(known)).toBe("emptied")
      })
    )

  it.scoped("is away without its vault.json, with another's, and with a pipe or a folder in its place", () =>
    Effect.gen(function* () {
      const { library, place } = yield* pushed()
      const known = yield* knownVault(library, "disk")
      const file = path.join(place, "vault.json")
      const text = fs.readFileSync(file, "utf8")
      const spoil: ReadonlyArray<() => void> = [
        () => undefined,
        () => fs.writeFileSync(file, text.replace(known.vaultId, "11111111-1111-4111-8111-111111111111")),
        () => fs.writeFileSync(file, ""),
        () => fs.mkdirSync(file),
        () => fs.symlinkSync("/dev/zero", file)
      ]
      for (const each of spoil) {
        fs.rmSync(file, { recursive: true, force: true })
        each()
        expect(yield* stateOf(library)(known)).toBe("away")
      }
      fs.rmSync(file)
      fs.writeFileSync(file, text.replace('"format":1', '"format":9'))
      expect(yield* stateOf(library)(known)).toBe("there")
      fs.rmSync(place, { recursive: true })
      expect(yield* stateOf(library)(known)).toBe("away")
    })
  )

  it.scoped("is looked for by the line, also of a library that was cloned and pushed nothing yet", () =>
    Effect.gen(function* () {
      const { vault, place } = yield* pushed()
      const file = path.join(yield* temporaryFolder, "clone.db")
      yield* clone(vault, file, { name: "disk" })
      const { openLibrary } = yield* Effect.promise(() => import("@white-room/store"))
      const cloned = yield* openLibrary(file, { actor: "bea@laptop" })
      const [known] = yield* vaultRecords(cloned).all
      if (known === undefined) throw new Error("a clone knows where it came from")
      expect(yield* stateOf(cloned)(known)).toBe("there")
      for (const each of segmentsBelow(place)) fs.rmSync(each)
      expect(yield* stateOf(cloned)(known)).toBe("emptied")
    })
  )

  it.scoped("says whether it is on the library's own disk; what cannot be found out is another", () =>
    Effect.gen(function* () {
      const { library, place } = yield* pushed()
      const known = yield* knownVault(library, "disk")
      const standing = (disk: (file: string) => number | undefined) =>
        standingOf(known, { library: library.path, now, disk })
      expect(yield* standing(() => 1)).toMatchObject({ sameDisk: true, isElsewhere: false })
      expect(yield* standing((file) => (file.startsWith(place) ? 2 : 1))).toMatchObject({
        ...{ sameDisk: false, isElsewhere: true, state: "there" }
      })
      expect(yield* standing(() => undefined)).toMatchObject({ sameDisk: false })
      // The temporary folders of this test lie on one.
      expect(yield* standingOf(known, { library: library.path, now })).toMatchObject({ sameDisk: true })
      const bucket = { ...known, place: "s3://songs/ada" }
      expect(yield* standingOf(bucket, { library: library.path, now })).toMatchObject({ isElsewhere: true })
    })
  )
})

describe("a vault in the folder of a sync service", () => {
  it.scoped("counts as there after an hour, unless the service told of a conflict since", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const place = path.join(folder, "Dropbox", "White Room 0a1b2c3d")
      const put = (name: string, minutes: number) => {
        fs.mkdirSync(path.dirname(`${place}/${name}`), { recursive: true })
        fs.writeFileSync(`${place}/${name}`, "x")
        fs.utimesSync(`${place}/${name}`, minutesAgo(minutes), minutesAgo(minutes))
      }
      put("library/line/s0-1-2.seg", 70)
      const at = (minutes: number | undefined) =>
        syncedVault(place, syncedFolder(place), minutes === undefined ? undefined : minutesAgo(minutes), now)
      expect(at(undefined)).toEqual({ service: "Dropbox", isThere: false })
      expect(at(59)).toEqual({ service: "Dropbox", isThere: false })
      expect(at(60)).toEqual({ service: "Dropbox", isThere: true })
      put("library/line/s0-1-2 (Anna's conflicted copy).seg", 600)
      expect(at(70)?.isThere).toBe(true)
      put("library/line/s0-1-2 (Anna's conflicted copy).seg", 30)
      expect(at(70)?.isThere).toBe(false)
      expect(syncedVault(path.join(folder, "Dropbox", "gone"), "Dropbox", minutesAgo(70), now)?.isThere).toBe(
        false
      )
      expect(syncedVault(folder, syncedFolder(folder), minutesAgo(70), now)).toBeUndefined()
    })
  )
})
