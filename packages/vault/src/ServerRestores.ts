/**
 * Restores on a White Room server, as this machine asks for them and tells what became of them. What a server says is held
 * against bounds, and nothing it says is believed: what a restore brings comes out of the library's own history.
 */
import { createHash, randomBytes } from "node:crypto"
import {
  type Decision,
  type EntityKey,
  PlaceRefused,
  PlaceUnreachable,
  utf8,
  type WhiteRoomError
} from "@white-room/core"
import { Restore, RestoreDecision, type RestoreOutcome, type RestoreReason } from "@white-room/core/output"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { sourceOf } from "./blobs/BlobSource.js"
import type { HttpAnswer } from "./blobs/HttpExchange.js"
import { problemTypeOf } from "./blobs/problemTypeOf.js"
import { serverClient, serverPlace } from "./blobs/ServerClient.js"
import { serverFault } from "./blobs/serverFault.js"
import type { Opening } from "./Here.js"
import { type ServerAccess, serverAccess } from "./ServerKey.js"

const ChainHash = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))

const Id = Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9-]{1,64}$/))

/** A restore as a server tells it, within bounds. */
const SentRestore = Schema.Struct({
  ...Restore.fields,
  id: Id,
  source: Schema.String.pipe(Schema.maxLength(100)),
  chainHash: ChainHash,
  seen: Schema.optional(Schema.Struct({ position: Schema.NonNegativeInt, chainHash: ChainHash })),
  decisions: Schema.optional(
    Schema.Array(
      Schema.Struct({
        ...RestoreDecision.fields,
        id: Schema.String.pipe(Schema.maxLength(1000)),
        parts: Schema.optional(
          Schema.Array(
            Schema.Struct({
              name: Schema.String.pipe(Schema.maxLength(200)),
              choice: RestoreDecision.fields.choice
            })
          ).pipe(Schema.maxItems(200))
        )
      })
    ).pipe(Schema.maxItems(200))
  ),
  from: Schema.String.pipe(Schema.maxLength(200)),
  only: Schema.optional(
    Schema.Array(
      Schema.Struct({
        kind: Schema.Literal("song", "performance", "preferences"),
        id: Schema.String.pipe(Schema.maxLength(1000)),
        name: Schema.String.pipe(Schema.maxLength(1000))
      })
    ).pipe(Schema.maxItems(200))
  )
})
export type SentRestore = typeof SentRestore.Type

const Inbox = Schema.parseJson(Schema.Struct({ items: Schema.Array(SentRestore).pipe(Schema.maxItems(100)) }))
const One = Schema.parseJson(SentRestore)
/** Work on the server that goes on: what it came to, once it has ended. */
const Run = Schema.parseJson(
  Schema.Struct({
    id: Id,
    endedAt: Schema.NullOr(Schema.String),
    restore: Schema.optional(SentRestore),
    problem: Schema.optional(Schema.Struct({ type: Schema.String, status: Schema.Int }))
  })
)
const Refusal = Schema.parseJson(Schema.Struct({ restore: Schema.optional(SentRestore) }))

/** What a device tells of a restore. */
export interface RestoreTidings {
  readonly state: "heard" | "applied" | "refused" | "failed"
  /** From now on it cannot be cancelled. */
  readonly begins?: boolean
  readonly reason?: typeof RestoreReason.Type
  readonly outcome?: typeof RestoreOutcome.Encoded
}

/** What is asked of a device that has the library. */
export interface RestoreWish {
  readonly position: number
  readonly chainHash: string
  readonly seen: { readonly position: number; readonly chainHash: string }
  readonly only: ReadonlyArray<{ readonly kind: "song" | "performance" | "preferences"; readonly id: string }>
  readonly mode: "copy" | "replace"
  /** Of what is replaced: choices of their own, for single parts too. */
  readonly decisions?: ReadonlyArray<EntityKey & Decision> | undefined
  readonly device?: string | undefined
}

/** The restores of one library on a server. */
export interface ServerRestores {
  readonly access: ServerAccess
  /** What waits for this device; nothing where the server knows no restores, or lets it see none. */
  readonly inbox: Effect.Effect<ReadonlyArray<SentRestore>, WhiteRoomError>
  /** Tells of a restore in the revision that was seen. The restore after it, or `undefined` when it went another way meanwhile. */
  readonly tell: (
    restore: SentRestore,
    tidings: RestoreTidings
  ) => Effect.Effect<SentRestore | undefined, WhiteRoomError>
  /**
   * Sends one, or has it carried out where the home is the server, and waits for that. Once, also when the answer is lost and it is tried again.
   */
  readonly send: (wish: RestoreWish) => Effect.Effect<SentRestore, WhiteRoomError>
  /** One that was sent, as it stands there now. */
  readonly read: (id: string) => Effect.Effect<SentRestore, WhiteRoomError>
}

/** The most bytes of an inbox. */
const mostInbox = 16 * 1024 * 1024

const json = (body: unknown) => sourceOf(utf8(JSON.stringify(body)))

const refusals: ReadonlyMap<string, string> = new Map([
  ["NotAllowed", "this access may not send restores there; a teacher or an admin may"],
  ["TooManyToday", "it was sent 20 restores today; try again tomorrow"],
  ["DeviceNotFound", "it has no such device that may read it"],
  ["MomentNotFound", "it does not have that state, or not any more"],
  ["EntityNotFound", "what was named is not in that state there"],
  ["Leaving", "it is leaving there"],
  ["HomeElsewhere", "that is done on its device"]
])

/** The restores of the library at a place. Fails with `PlaceRefused` where this machine has no access. */
export const serverRestores = (
  place: string,
  { env = process.env, settings }: Pick<Opening, "env" | "settings"> = {}
): Effect.Effect<ServerRestores, WhiteRoomError> =>
  Effect.gen(function* () {
    const access = yield* serverAccess(place, env, settings)
    const { server, library } = serverPlace(place)
    const client = serverClient({ server, token: access.token, certificate: access.certificate })
    const ask = (request: Parameters<typeof client.send>[0]) =>
      Effect.catchTag(client.send(request), "FileNotVerified", Effect.die)
    const path = `/v1/libraries/${library}/restores`

    const fault = (answer: HttpAnswer): WhiteRoomError => {
      const reason = refusals.get(problemTypeOf(answer))
      return reason === undefined ? serverFault(place, answer, "") : new PlaceRefused({ place, reason })
    }

    const decoded = <A, I>(schema: Schema.Schema<A, I>, { body, isWhole }: HttpAnswer) =>
      Effect.mapError(
        Schema.decodeUnknown(schema)(isWhole ? Buffer.from(body).toString("utf8") : ""),
        () => new PlaceRefused({ place, reason: "it does not answer as a White Room server does" })
      )

    const inbox = Effect.gen(function* () {
      const answer = yield* ask({ method: "GET", path: "/v1/inbox", most: mostInbox })
      // An older server, and one that lets this access only push.
      if (answer.status === 404 || answer.status === 403) return []
      if (answer.status !== 200) return yield* Effect.fail(fault(answer))
      const { items } = yield* decoded(Inbox, answer)
      return items.filter((restore) => restore.library === library)
    })

    const tell: ServerRestores["tell"] = (restore, tidings) =>
      Effect.gen(function* () {
        const answer = yield* ask({
          ...{ method: "PATCH", path: `${path}/${restore.id}`, body: json(tidings) },
          headers: { "content-type": "application/json", "if-match": `"${restore.revision}"` }
        })
        if (answer.status === 200) return yield* decoded(One, answer)
        if (![404, 409, 412].includes(answer.status)) return yield* Effect.fail(fault(answer))
        const { restore: now } = yield* Effect.orElseSucceed(decoded(Refusal, answer), () => ({
          restore: undefined
        }))
        // A lost answer: it is as it was to be.
        const isSo = now?.state === tidings.state && now.revision === restore.revision + 1
        return isSo ? now : undefined
      })

    /** Work on the server as it is when it has ended: asked for again and again, as nobody knows how long it takes. */
    const ended = (id: string): Effect.Effect<typeof Run.Type, WhiteRoomError> =>
      Effect.gen(function* () {
        const headers = { prefer: "wait=20" }
        const once = ask({ method: "GET", path: `/v1/libraries/${library}/runs/${id}`, headers })
        const answer = yield* Effect.retry(once, { times: 5, while: ({ retryable }) => retryable })
        if (answer.status !== 200) return yield* Effect.fail(fault(answer))
        const run = yield* decoded(Run, answer)
        return run.endedAt === null ? yield* Effect.delay(ended(id), "1 second") : run
      })

    /** The restore that work on the server comes to which goes on. */
    const followed = (begun: HttpAnswer) =>
      Effect.gen(function* () {
        const { restore, problem } = yield* ended((yield* decoded(Run, begun)).id)
        if (restore !== undefined && problem === undefined) return restore
        const { status = 500, type = "" } = problem ?? {}
        return yield* Effect.fail(
          fault({ ...begun, status, body: utf8(JSON.stringify({ type })), isWhole: true })
        )
      })

    const send: ServerRestores["send"] = (wish) =>
      Effect.gen(function* () {
        const key = randomBytes(16).toString("hex")
        const once = ask({
          ...{ method: "POST", path, body: json(wish) },
          headers: { "content-type": "application/json", "idempotency-key": key, prefer: "wait=30" }
        })
        const answer = yield* Effect.retry(once, { times: 2, while: ({ retryable }) => retryable })
        if (answer.status === 503)
          return yield* new PlaceUnreachable({
            place,
            reason: "it makes the library ready to be read; try again in a moment",
            retryable: true
          })
        if (answer.status === 202 && answer.headers.location !== undefined) return yield* followed(answer)
        if (![200, 201, 202].includes(answer.status)) return yield* Effect.fail(fault(answer))
        return yield* decoded(One, answer)
      })

    const read: ServerRestores["read"] = (id) =>
      Effect.flatMap(ask({ method: "GET", path: `${path}/${encodeURIComponent(id)}` }), (answer) =>
        answer.status === 200 ? decoded(One, answer) : Effect.fail(fault(answer))
      )

    return { access, inbox, tell, send, read }
  })

/** What a restore asks for, by its hash: what somebody agreed to is not another thing later. */
export const intentOf = (restore: SentRestore): string => {
  const { id, library, mode, position, chainHash, seen, only = [], decisions = [] } = restore
  return createHash("sha256")
    .update(
      JSON.stringify([
        ...[id, library, mode, position, chainHash, seen?.position ?? 0, seen?.chainHash ?? ""],
        only.map(({ kind, id: entity }) => [kind, entity]),
        ...decisions.map(({ kind, id: entity, choice, parts = [] }) => [
          ...[kind, entity, choice],
          parts.map((part) => [part.name, part.choice])
        ])
      ])
    )
    .digest("hex")
}
