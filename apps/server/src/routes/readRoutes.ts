/** Reading libraries: each route says what it asks; the answer is sent as the thread that read it made it. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import type { Kind, LanguageTag } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { api } from "../api/Api.js"
import { problem } from "../api/Problem.js"
import { parseCursor } from "../replica/Cursor.js"
import type { Cursor, Question } from "../replica/Question.js"
import { answer } from "./answer.js"
import { exportOf } from "./exportOf.js"
import { idOf } from "./idOf.js"

interface Paged {
  readonly after?: string | undefined
  readonly limit?: number | undefined
  readonly line?: string | undefined
}

interface Page {
  readonly line: string | undefined
  readonly from: Cursor | undefined
  readonly limit: number
}

/** Where a list goes on, and of which device: that of its first page. */
const paging = ({
  after,
  limit = 100,
  line
}: Paged): Effect.Effect<Page, ReturnType<typeof problem<"InvalidRequest">>> => {
  if (after === undefined) return Effect.succeed({ line, from: undefined, limit })
  const cursor = parseCursor(after)
  return cursor === undefined || (line !== undefined && line !== cursor.line)
    ? Effect.fail(problem("InvalidRequest"))
    : Effect.succeed({ ...cursor, limit })
}

interface Request<UrlParams> {
  readonly path: { readonly library: string }
  readonly urlParams: UrlParams
  readonly headers: { readonly prefer?: string | undefined; readonly "if-none-match"?: string | undefined }
}

/** A list, a page at a time. */
const list =
  <P extends Paged>(
    questionOf: (urlParams: P, page: { from: Cursor | undefined; limit: number }) => Question
  ) =>
  ({ path, urlParams, headers }: Request<P>) =>
    Effect.flatMap(paging(urlParams), ({ line, from, limit }) =>
      answer({ ...path, ...headers, line, question: questionOf(urlParams, { from, limit }) })
    )

interface At {
  readonly at?: string | undefined
  readonly line?: string | undefined
}

interface Named extends At {
  readonly name?: string | undefined
}

const entities = (kind: Kind) =>
  list<Paged & Named>(({ at, name }, page) => ({ _tag: "Entities", kind, at, name, ...page }))

type OfEntity<P> = Request<P> & { readonly path: { readonly id: string } }

const entity =
  (_tag: "Entity" | "Document", kind: Kind) =>
  ({ path, urlParams: { at, line }, headers }: OfEntity<At>) =>
    answer({
      ...{ library: path.library, line, name: `${path.id}.json` },
      ...{ ...headers, question: { _tag, kind, id: idOf(path.id), at } }
    })

interface Told {
  readonly language?: LanguageTag | undefined
}

const history = (kind: Kind) => (request: OfEntity<Paged & Told>) =>
  list<Paged & Told>(({ language }, page) => ({
    ...{ _tag: "History", kind, id: idOf(request.path.id), language, ...page }
  }))(request)

const songs = HttpApiBuilder.group(api, "songs", (handlers) =>
  handlers
    .handleRaw("list", entities("song"))
    .handleRaw("read", entity("Entity", "song"))
    .handleRaw("document", entity("Document", "song"))
    .handleRaw("history", history("song"))
)

const performances = HttpApiBuilder.group(api, "performances", (handlers) =>
  handlers
    .handleRaw("list", entities("performance"))
    .handleRaw("read", entity("Entity", "performance"))
    .handleRaw("document", entity("Document", "performance"))
    .handleRaw("history", history("performance"))
)

const preferences = HttpApiBuilder.group(api, "preferences", (handlers) =>
  handlers
    .handleRaw("list", entities("preferences"))
    .handleRaw("read", entity("Entity", "preferences"))
    .handleRaw("history", history("preferences"))
)

const backups = HttpApiBuilder.group(api, "backups", (handlers) =>
  handlers
    .handleRaw(
      "list",
      list(({ since, until, tag, search, trash }, page) => ({
        ...{ _tag: "Backups", since, until, tag, search, trash, ...page }
      }))
    )
    .handleRaw("read", ({ path, urlParams, headers }) =>
      answer({
        ...{ library: path.library, ...urlParams, ...headers },
        question: { _tag: "Backup", backup: path.id }
      })
    )
)

const whole = HttpApiBuilder.group(api, "library", (handlers) =>
  handlers
    .handleRaw("status", ({ path, urlParams, headers }) =>
      answer({ ...path, ...urlParams, ...headers, question: { _tag: "Status" } })
    )
    .handleRaw("retention", ({ path, urlParams: { line, profile, ...rules }, headers }) =>
      answer({ ...path, ...headers, line, question: { _tag: "Retention", profile, rules } })
    )
    .handleRaw("diff", ({ path, urlParams: { line, from, to = "now", language }, headers }) =>
      answer({ ...path, ...headers, line, question: { _tag: "Difference", from, to, language } })
    )
    .handleRaw(
      "find",
      list(({ q }, page) => ({ _tag: "Find", text: q, ...page }))
    )
    .handleRaw("timeline", ({ path, urlParams: { line, at: time, ...shown }, headers }) => {
      const { from, length = "day", slots = 100, zone = "UTC", order, search, offset, limit } = shown
      return answer({
        ...{ ...path, ...headers, line },
        question: { _tag: "Timeline", from, length, slots, zone, time, order, search, offset, limit }
      })
    })
    .handleRaw("export", ({ path, urlParams: { line, at, format = "json", song, ...wish }, headers }) => {
      const named = song === undefined ? [] : typeof song === "string" ? [song] : song
      const family = wish.for ?? "node"
      return exportOf({
        ...{ ...path, line, prefer: headers.prefer },
        question: { _tag: "Export", at, format, family, songs: named }
      })
    })
)

/** What can be read of libraries. */
export const readRoutes = Layer.mergeAll(songs, performances, preferences, backups, whole)
