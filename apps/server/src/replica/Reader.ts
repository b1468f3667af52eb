/** What is asked of a library that is open, answered in the form of the API: the same values that the CLI prints. */
import {
  type BackupInfo,
  decodeRecord,
  type EntityKey,
  type Kind,
  liveTables,
  ObjectRef,
  type OnProgress,
  performanceOfRow,
  type RestoreSource,
  rowOfRecord,
  songOfRow,
  toHex,
  utf8,
  type WhiteRoomError
} from "@white-room/core"
import {
  backupJson,
  differenceJson,
  entityJson,
  entryJson,
  foundInWords,
  foundJson,
  preferencesJson,
  versionJson
} from "@white-room/core/output"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import { cursorText } from "./Cursor.js"
import { documentAt } from "./documentAt.js"
import type { Answer, Facts } from "./Messages.js"
import { notFound } from "./notFound.js"
import { operationJson } from "./operationJson.js"
import { originOf } from "./originOf.js"
import { profileOf, profilesOf } from "./ProfilesHere.js"
import type { Cursor, Question } from "./Question.js"
import { retentionOf } from "./retentionOf.js"
import { runJson } from "./runJson.js"
import { sourceOf } from "./sourceOf.js"
import { statusOf } from "./statusOf.js"
import { timelineOf } from "./timelineOf.js"
import { timeOf } from "./timeOf.js"
import { trying } from "./trying.js"
import { writeExport } from "./writeExport.js"

type Told<A> = Effect.Effect<A, WhiteRoomError>
type Asked<Tag extends Question["_tag"]> = Extract<Question, { readonly _tag: Tag }>

type Said = Omit<Answer, "position">

const json = (value: unknown): Said => ({ body: utf8(JSON.stringify(value)), isJson: true })

/** A page of what a list has from somewhere on; what comes after it begins at `next`. */
const page = (items: ReadonlyArray<unknown>, { line }: Facts, next: Cursor | undefined): Said =>
  json({ items, isLast: next === undefined, ...(next !== undefined && { next: cursorText(line, next) }) })

/** A list that is told in pages by how many came before. */
const pageOf = <A>(
  all: ReadonlyArray<A>,
  show: (item: A) => unknown,
  { from, limit }: { readonly from?: Cursor | undefined; readonly limit: number },
  facts: Facts
): Said => {
  const offset = from?.offset ?? 0
  const end = offset + limit
  const next = end < all.length ? { reference: "", offset: end } : undefined
  return page(all.slice(offset, end).map(show), facts, next)
}

/** A song or performance without its document, which need not be kept any more. */
const summaryAt = (library: Library, { kind, id }: EntityKey, source: RestoreSource): Told<unknown> =>
  Effect.gen(function* () {
    const record = yield* library.history.recordAt({ kind, id }, source)
    if (record === undefined) return undefined
    if (kind === "preferences") {
      const preferences = yield* library.history.entityAt({ kind, id }, source)
      return preferences !== undefined && "userId" in preferences
        ? preferencesJson(preferences, yield* library.upkeep.timeZone)
        : undefined
    }
    const cells = decodeRecord(kind, record)
    const bytes = new Map<string, Uint8Array>()
    for (const [column, cell] of cells)
      if (cell instanceof ObjectRef && column !== liveTables[kind].contentColumn)
        bytes.set(toHex(cell.hash), yield* library.objects.get(cell.hash))
    const row = rowOfRecord(cells, ({ hash }) => bytes.get(toHex(hash)) ?? new Uint8Array())
    if (kind === "song") {
      const { songDataJSON: _, ...song } = songOfRow(id, row)
      return entityJson(song)
    }
    const { performanceDataJSON: _, ...performance } = performanceOfRow(id, row)
    return entityJson(performance)
  })

interface Listed {
  readonly id: string
  readonly name: string
}

const byName = (a: Listed, b: Listed): number => a.name.localeCompare(b.name) || a.id.localeCompare(b.id)

/** What there is now, without documents, by name. */
const listNow = (library: Library, kind: Kind): Told<ReadonlyArray<Listed>> =>
  Effect.gen(function* () {
    if (kind === "song") return (yield* library.songs.list()).map(entityJson).toSorted(byName)
    if (kind === "performance") return (yield* library.performances.list()).map(entityJson).toSorted(byName)
    return (yield* library.history.entries("now", [kind])).entries
  })

const isSummary = (item: Listed): boolean => "createdAt" in item

const document = (library: Library, { kind, id, at = "now" }: Asked<"Entity" | "Document">): Told<Said> =>
  Effect.gen(function* () {
    const source = yield* sourceOf(library, at)
    return { body: yield* documentAt(library, { kind, id }, source, at), isJson: false }
  })

/** Changed songs whose changes are told in words; the others are named. */
const songsInWords = 200

/** Lists that were made, so that the next page of one need not make it again. */
const lists = new Map<string, ReadonlyArray<Listed>>()

const remembered = (key: string, make: Told<ReadonlyArray<Listed>>): Told<ReadonlyArray<Listed>> =>
  Effect.gen(function* () {
    const known = lists.get(key) ?? (yield* make)
    lists.delete(key)
    lists.set(key, known)
    for (const oldest of lists.keys())
      if (lists.size > 4) lists.delete(oldest)
      else break
    return known
  })

const entities = (library: Library, question: Asked<"Entities">, facts: Facts): Told<Said> =>
  Effect.gen(function* () {
    const { kind, at = "now", name = "", from, limit } = question
    const { position } = yield* library.log.head
    const asked = from?.reference ?? (yield* sourceOf(library, at))
    const isNow = asked === "now" || asked === `@${position}`
    const reference = isNow ? `@${position}` : asked
    const make = isNow
      ? listNow(library, kind)
      : Effect.map(library.history.entries(reference, [kind]), ({ entries }) => entries)
    const whole = yield* remembered(`${facts.file} ${reference} ${kind}`, make)
    const wantedName = name.trim().toLocaleLowerCase()
    const all =
      wantedName === "" ? whole : whole.filter((one) => one.name.toLocaleLowerCase().includes(wantedName))
    const offset = from?.offset ?? 0
    const wanted = all.slice(offset, offset + limit)
    const items = yield* Effect.forEach(
      wanted,
      (item): Told<unknown> =>
        isSummary(item) ? Effect.succeed(item) : summaryAt(library, { kind, id: item.id }, reference)
    )
    const next = offset + limit < all.length ? { reference, offset: offset + limit } : undefined
    return json({
      items: items.filter((item) => item !== undefined),
      ...{ isLast: next === undefined, count: all.length },
      ...(next !== undefined && { next: cursorText(facts.line, next) })
    })
  })

const entity = (library: Library, { kind, id, at = "now" }: Asked<"Entity" | "Document">): Told<Said> =>
  Effect.gen(function* () {
    const source = yield* sourceOf(library, at)
    const found = yield* library.history.entityAt({ kind, id }, source)
    if (found === undefined) return yield* notFound({ kind, id }, at)
    if ("userId" in found) return json(preferencesJson(found, yield* library.upkeep.timeZone))
    return json(entityJson(found))
  })

/** With the version that it is of, when it is asked for as it is now: nothing was written between looking at either. */
const withVersion = (
  library: Library,
  { kind, id, at = "now" }: Asked<"Entity" | "Document">,
  read: Told<Said>
): Told<Said> =>
  Effect.gen(function* () {
    if (at !== "now") return yield* read
    for (;;) {
      const { version } = yield* library.log.state({ kind, id })
      const told = yield* read
      if ((yield* library.log.state({ kind, id })).version === version)
        return { ...told, tag: String(version) }
    }
  })

/** What happened after a position, without what it made of anything. */
const logged = (library: Library, { after, limit }: Asked<"Log">): Told<Said> =>
  Effect.gen(function* () {
    const events = yield* library.log.read({ after, limit })
    const { position } = yield* library.log.head
    const next = events.at(-1)?.position ?? Math.min(after, position)
    return json({
      items: events.map(({ recordedAt, commandId, ...event }) => ({
        ...Struct.pick(event, "position", "type", "subject", "id", "version", "actor"),
        ...{ at: new Date(recordedAt).toISOString(), command: commandId }
      })),
      ...{ isLast: next >= position, next }
    })
  })

const backups = (library: Library, question: Asked<"Backups">, facts: Facts): Told<Said> =>
  Effect.gen(function* () {
    const { since, until, tag, search, trash, from, limit } = question
    const filter = yield* trying(() => ({ since: timeOf(since), until: timeOf(until), tag, search, trash }))
    const all = (yield* library.backups.list(filter)).filter(({ number }) => number > (from?.offset ?? 0))
    const wanted = all.slice(0, limit)
    const last: BackupInfo | undefined = all.length > limit ? wanted.at(-1) : undefined
    return page(wanted.map(backupJson), facts, last && { reference: "", offset: last.number })
  })

const backup = (library: Library, { backup: wanted }: Asked<"Backup">): Told<Said> =>
  Effect.gen(function* () {
    const found = yield* library.backups.find(wanted)
    const entries = yield* library.backups.entries(found.backupId)
    return json({ ...backupJson(found), entries: entries.map(entryJson) })
  })

const said = (library: Library, question: Question, facts: Facts, onProgress: OnProgress): Told<Said> => {
  switch (question._tag) {
    case "Status":
      return Effect.map(statusOf(library, facts), json)
    case "Entities":
      return entities(library, question, facts)
    case "Entity":
      return withVersion(library, question, entity(library, question))
    case "Document":
      return withVersion(library, question, document(library, question))
    case "History":
      return Effect.map(library.history.versions(question, { language: question.language }), (versions) =>
        pageOf(versions, versionJson, question, facts)
      )
    case "Backups":
      return backups(library, question, facts)
    case "Backup":
      return backup(library, question)
    case "Retention":
      return Effect.map(retentionOf(library, question), json)
    case "Difference":
      return Effect.gen(function* () {
        const from = yield* sourceOf(library, question.from)
        const to = yield* sourceOf(library, question.to)
        const options = { words: songsInWords, language: question.language }
        return json(differenceJson(yield* library.history.diff(from, to, options)))
      })
    case "Timeline":
      return Effect.map(timelineOf(library, question), json)
    case "Profiles":
      return Effect.map(profilesOf(library, facts.home), (items) =>
        json({ items: items.map(({ profile }) => profile), isLast: true })
      )
    case "Profile":
      return Effect.flatMap(profileOf(library, question.name, facts.home), (found) =>
        found === undefined
          ? notFound({ kind: "preferences", id: question.name }, "now")
          : Effect.succeed({ ...json(found.profile), tag: found.tag })
      )
    case "Runs":
      return Effect.map(library.schedule.runs({ limit: question.limit + 1 }), (all) =>
        json({ items: all.slice(0, question.limit).map(runJson), isLast: all.length <= question.limit })
      )
    case "Operations":
      return Effect.map(library.history.operations(question.limit + 1), (all) =>
        json({ items: all.slice(0, question.limit).map(operationJson), isLast: all.length <= question.limit })
      )
    case "Log":
      return logged(library, question)
    case "Find":
      return Effect.map(library.history.find(question.text), (found) =>
        pageOf(foundInWords(found), foundJson, question, facts)
      )
    case "Export":
      return writeExport(library, question, facts, onProgress)
    case "Origin":
      return Effect.map(originOf(library, question), json)
  }
}

/** The answer of an open library to a question. */
export const answerOf = (
  library: Library,
  question: Question,
  facts: Facts,
  onProgress: OnProgress
): Told<Answer> =>
  Effect.gen(function* () {
    const answer = yield* said(library, question, facts, onProgress)
    return { ...answer, position: (yield* library.log.head).position }
  })
