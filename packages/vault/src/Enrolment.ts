/**
 * How a machine gets access to a server: a link with a code is exchanged for it, once. The secret is made here, and kept
 * here before the server hears of its hash: when the answer is lost, the same link gets it again.
 */
import { createHash, randomBytes } from "node:crypto"
import * as path from "node:path"
import { InvalidInput, PlaceRefused, PlaceUnreachable, utf8, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { sourceOf } from "./blobs/BlobSource.js"
import { newLink } from "./blobs/newLink.js"
import { onlyInput } from "./blobs/onlyInput.js"
import { problemTypeOf } from "./blobs/problemTypeOf.js"
import { checkedServer, type ServerClient, type ServerOptions, serverClient } from "./blobs/ServerClient.js"
import { tooOld } from "./blobs/tooOld.js"
import { keepServerKey, readServerKey, type ServerKey } from "./ServerKey.js"
import { readKeptFile, removeKeptFile, replaceKeptFile } from "./seal/KeyFile.js"

/** What stands in a link. */
export interface Link {
  readonly server: string
  readonly code: string
  /** SHA-256 of the certificate of a server that no authority knows, in hex. */
  readonly certificate: string | undefined
}

const Enrolled = Schema.parseJson(
  Schema.Struct({
    access: Schema.String.pipe(Schema.maxLength(100)),
    role: Schema.Literal("device", "push-only", "teacher", "admin", "service"),
    libraries: Schema.Array(
      Schema.Struct({
        id: Schema.String.pipe(Schema.pattern(/^[a-z0-9][a-z0-9-]{0,62}$/)),
        name: Schema.String.pipe(Schema.maxLength(100)),
        sealed: Schema.Boolean,
        readers: Schema.Array(Schema.String.pipe(Schema.maxLength(100))).pipe(Schema.maxItems(100))
      })
    ).pipe(Schema.maxItems(1000))
  })
)

/** What a link was exchanged for: places, each with who else can read it. */
export interface Enrolment {
  readonly role: typeof Enrolled.Type.role
  readonly places: ReadonlyArray<{
    readonly place: string
    readonly name: string
    /** True when the place takes sealed vaults only. */
    readonly sealed: boolean
    readonly readers: ReadonlyArray<string>
    /** True when this machine only sends there, and may read nothing. */
    readonly isPushOnly: boolean
    /** False when this machine is another device there than it was before: the line of that one is not its own. */
    readonly isSameDevice: boolean
  }>
  /** Of an admin of the whole server: the file with the token, for scripts. */
  readonly tokenFile: string | undefined
}

const wrongLink = () =>
  new InvalidInput({
    field: "link",
    reason: "a link is written https://backup.example/join#ABCD-EFGH-JKMN; give the whole of it, in quotes"
  })

const throwing = <A>(body: () => A): Effect.Effect<A, InvalidInput> =>
  onlyInput(Effect.try({ try: body, catch: (error) => error }))

/** The parts of a link. */
export const parseLink = (text: string): Effect.Effect<Link, InvalidInput> => {
  const [, address, code, , certificate] =
    /^(https?:\/\/[^#\s]{1,500})\/join#([0-9A-Za-z-]{12,20})(\.([0-9a-f]{64}))?$/.exec(text.trim()) ?? []
  if (address === undefined || code === undefined) return Effect.fail(wrongLink())
  return Effect.map(
    throwing(() => checkedServer(address)),
    (url) => ({ server: `${url.origin}${url.pathname.replace(/\/+$/, "")}`, code, certificate })
  )
}

const Pending = Schema.parseJson(Schema.Struct({ secret: Schema.Redacted(Schema.String) }))

const fileFor = (settings: string, kind: string, text: string, extension: string): string =>
  path.join(
    settings,
    "keys",
    `${kind}-${createHash("sha256").update(text).digest("hex").slice(0, 16)}.${extension}`
  )

const pendingFile = (settings: string, { server, code }: Link): string =>
  fileFor(settings, "connect", `${server} ${code.replaceAll("-", "").toUpperCase()}`, "json")

/** The secret for a link: the one that was made for it before, else a new one, which is kept first. */
const secretFor = (settings: string, link: Link): Effect.Effect<Redacted.Redacted, WhiteRoomError> =>
  Effect.gen(function* () {
    const file = pendingFile(settings, link)
    const text = yield* readKeptFile(file)
    if (text !== undefined) {
      const pending = yield* Effect.mapError(
        Schema.decodeUnknown(Pending)(text),
        () => new InvalidInput({ field: file, reason: "it is not what this program keeps of a link" })
      )
      return pending.secret
    }
    const secret = Redacted.make(randomBytes(32).toString("base64url"))
    yield* replaceKeptFile(file, `${yield* Effect.orDie(Schema.encode(Pending)({ secret }))}\n`)
    return secret
  })

const clientOf = (options: ServerOptions): Effect.Effect<ServerClient, InvalidInput> =>
  throwing(() => serverClient(options))

const refusals: ReadonlyMap<number, { readonly reason: string; readonly advice: string }> = new Map([
  [
    404,
    {
      reason: "this code opens nothing: it is wrong, has expired, or was tried too often. Ask for a new link",
      advice: newLink
    }
  ],
  [
    409,
    {
      reason:
        "this code was used by another device already. Ask for a new link, and say so if it was not you",
      advice: newLink
    }
  ],
  [426, tooOld]
])

/**
 * Exchanges a link for access, which is kept beside the settings. Fails with `PlaceRefused` when the code opens nothing or
 * is another device's. `settleLink` forgets the secret of the link when all is done. `name`: what this machine calls the
 * server.
 */
export const enrol = (
  settings: string,
  link: Link,
  device: string,
  name?: string
): Effect.Effect<Enrolment, WhiteRoomError> =>
  Effect.gen(function* () {
    const { server, code, certificate } = link
    const client = yield* clientOf({ server, certificate })
    const token = yield* secretFor(settings, link)
    const secretHash = createHash("sha256").update(Redacted.value(token)).digest("hex")
    const answer = yield* client
      .send({
        method: "POST",
        path: "/v1/enrolments",
        headers: { "content-type": "application/json" },
        body: sourceOf(utf8(JSON.stringify({ code, secretHash, device })))
      })
      .pipe(Effect.catchTag("FileNotVerified", Effect.die))
    const { status } = answer
    const refusal = refusals.get(status)
    if (refusal !== undefined) return yield* new PlaceRefused({ place: server, ...refusal })
    if (status === 429 || status >= 500)
      return yield* new PlaceUnreachable({
        place: server,
        reason: status === 429 ? "it was asked too often; wait a minute" : `it answered ${status}`,
        retryable: true
      })
    const enrolled = yield* Effect.mapError(
      Schema.decodeUnknown(Enrolled)(Buffer.from(answer.body).toString("utf8")),
      () => new PlaceRefused({ place: server, reason: "it does not answer as a White Room server does" })
    )
    const { access } = enrolled
    const places = yield* Effect.forEach(enrolled.libraries, ({ id, ...facts }) =>
      Effect.gen(function* () {
        const place = `${server}/${id}`
        const former = yield* readServerKey(settings, place)
        const { remoteRestores } = former ?? {}
        // Kept until something was pushed with the new one: this may be cut off, and asked for again.
        const lineOf = former?.lineOf ?? former?.access ?? ""
        const key = { place, token, certificate, access, lineOf, name, title: facts.name, remoteRestores }
        yield* keepServerKey(settings, key)
        const isPushOnly = enrolled.role === "push-only"
        return { ...facts, place, isPushOnly, isSameDevice: lineOf === access }
      })
    )
    const tokenFile = places.length === 0 ? fileFor(settings, enrolled.role, server, "token") : undefined
    if (tokenFile !== undefined) yield* replaceKeptFile(tokenFile, `${Redacted.value(token)}\n`)
    return { role: enrolled.role, places, tokenFile }
  })

/** Notes that the line that the library knows of a place is of the access that this machine has now. */
export const settleLine = (settings: string, place: string): Effect.Effect<void, WhiteRoomError> =>
  Effect.gen(function* () {
    const key = yield* readServerKey(settings, place)
    if (key?.lineOf !== undefined) yield* keepServerKey(settings, { ...key, lineOf: undefined })
  })

/** Forgets what was kept for a link, when everything is done that it was for. */
export const settleLink = (settings: string, link: Link): Effect.Effect<void, WhiteRoomError> =>
  removeKeptFile(pendingFile(settings, link))

/** The server of a library, as this machine may enter it. */
const serverOf = ({ place, token, certificate }: ServerKey) =>
  clientOf({ server: place.replace(/\/[^/]*$/, ""), token, certificate })

/**
 * Gives up what this device may read of a library: from then on it sends, and its token reads nothing there. It cannot be taken back
 * from here. Done before, it is done.
 */
export const narrowAccess = (settings: string, place: string): Effect.Effect<void, WhiteRoomError> =>
  Effect.gen(function* () {
    const key = yield* readServerKey(settings, place)
    if (key === undefined)
      return yield* new PlaceRefused({ place, reason: "this machine has no access to it" })
    const client = yield* serverOf(key)
    const { status } = yield* client
      .send({
        method: "PATCH",
        path: "/v1/me",
        headers: { "content-type": "application/json" },
        body: sourceOf(utf8(JSON.stringify({ role: "push-only" })))
      })
      .pipe(Effect.catchTag("FileNotVerified", Effect.die))
    if (status === 404 || status === 405)
      return yield* new PlaceRefused({
        place,
        reason: "its server is older than this, and knows no such access"
      })
    if (status !== 200)
      return yield* new PlaceUnreachable({ place, reason: `it answered ${status}`, retryable: status >= 500 })
  })

/** Tells a server that this device leaves: its token opens nothing from then on. */
export const leaveServer = (key: ServerKey): Effect.Effect<void, WhiteRoomError> =>
  Effect.gen(function* () {
    const { place } = key
    const client = yield* serverOf(key)
    const answer = yield* client.send({ method: "DELETE", path: "/v1/me" })
    const { status } = answer
    // One that it does not know any more has left already; its mirror is the business of who runs it.
    if (status !== 204 && status !== 401 && problemTypeOf(answer) !== "MirrorBehind")
      yield* new PlaceUnreachable({ place, reason: `it answered ${status}`, retryable: status >= 500 })
  })
