/**
 * What lets this machine into a library on a server: its token and the certificate that the server had, in a file of its
 * own beside the settings that only its owner may read. The secret is made here; the server learns its hash alone.
 */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { InvalidInput, PlaceRefused, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Blobs } from "./blobs/Blobs.js"
import { httpBlobs } from "./blobs/httpBlobs.js"
import { onlyInput } from "./blobs/onlyInput.js"
import type { Environment } from "./blobs/S3Credentials.js"
import { serverPlace } from "./blobs/ServerClient.js"
import { readKeptFile, removeKeptFile, replaceKeptFile } from "./seal/KeyFile.js"

const ServerKeyFile = Schema.parseJson(
  Schema.Struct({
    place: Schema.String,
    token: Schema.Redacted(Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9_-]{20,200}$/))),
    /** SHA-256 of the certificate that was pinned, in hex. */
    certificate: Schema.optional(Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))),
    /** The id of this device there. */
    access: Schema.optional(Schema.String),
    /** The id before, for as long as the line that the library knows may be that one's; empty for none. */
    lineOf: Schema.optional(Schema.String),
    /** What this machine calls the server, and what the server calls the library. */
    name: Schema.optional(Schema.String),
    title: Schema.optional(Schema.String),
    /** What this machine does with restores that are sent to it; `copies` unless it says otherwise. */
    remoteRestores: Schema.optional(Schema.Literal("copies", "replace", "refuse"))
  })
)

/** What opens a library on a server. */
export type ServerKey = typeof ServerKeyFile.Type

/** Whether a place is written as a library on a server. */
export const isServerPlace = (place: string): boolean => /^https?:\/\//i.test(place)

/** A place as it is kept, whatever way it was written. @throws InvalidInput */
const spelled = (place: string): string => {
  const { server, library } = serverPlace(place)
  return `${server}/${library}`
}

const placeOf = (place: string): Effect.Effect<string, InvalidInput> =>
  onlyInput(Effect.try({ try: () => spelled(place), catch: (error) => error }))

const fileOf = (settings: string, place: string): string => {
  const name = createHash("sha256").update(place).digest("hex").slice(0, 16)
  return path.join(settings, "keys", `server-${name}.json`)
}

/** What this machine keeps of a library on a server; `undefined` when it never connected. */
export const readServerKey = (
  settings: string,
  place: string
): Effect.Effect<ServerKey | undefined, WhiteRoomError> =>
  Effect.gen(function* () {
    const whole = yield* placeOf(place)
    const file = fileOf(settings, whole)
    const text = yield* readKeptFile(file)
    if (text === undefined) return undefined
    const key = yield* Effect.mapError(
      Schema.decodeUnknown(ServerKeyFile)(text),
      () => new InvalidInput({ field: file, reason: "it is not what this program keeps of a server" })
    )
    return key.place === whole ? key : undefined
  })

/** What this machine keeps of libraries on servers. What cannot be read is passed over: it opens nothing. */
export const listServerKeys = (settings: string): Effect.Effect<ReadonlyArray<ServerKey>> =>
  Effect.gen(function* () {
    const folder = path.join(settings, "keys")
    const names = yield* Effect.sync(() => {
      try {
        return fs.readdirSync(folder).filter((name) => /^server-[0-9a-f]{16}\.json$/.test(name))
      } catch {
        return []
      }
    })
    const keys = yield* Effect.forEach(names.sort(), (name) =>
      readKeptFile(path.join(folder, name)).pipe(
        Effect.flatMap(Schema.decodeUnknown(ServerKeyFile)),
        Effect.option
      )
    )
    return keys.flatMap((key) => (key._tag === "Some" ? [key.value] : []))
  })

/** Keeps what opens a library on a server, in the place of what was kept of it. */
export const keepServerKey = (settings: string, key: ServerKey): Effect.Effect<void, WhiteRoomError> =>
  Effect.gen(function* () {
    const place = yield* placeOf(key.place)
    const text = yield* Effect.orDie(Schema.encode(ServerKeyFile)({ ...key, place }))
    yield* replaceKeptFile(fileOf(settings, place), `${text}\n`)
  })

/** Forgets what opens a library on a server. */
export const removeServerKey = (settings: string, place: string): Effect.Effect<void, WhiteRoomError> =>
  Effect.flatMap(placeOf(place), (whole) => removeKeptFile(fileOf(settings, whole)))

/** What lets this machine into a library on a server. */
export interface ServerAccess extends Pick<ServerKey, "token" | "certificate"> {
  /** What is kept of it here; absent where the environment alone knows the token. */
  readonly kept: ServerKey | undefined
}

/** What lets this machine in: the token of the environment, else the one that is kept here. */
export const serverAccess = (
  place: string,
  env: Environment,
  settings: string | undefined
): Effect.Effect<ServerAccess, WhiteRoomError> =>
  Effect.gen(function* () {
    const kept = settings === undefined ? undefined : yield* readServerKey(settings, place)
    const given = env.WHITEROOM_TOKEN
    const token = given === undefined || given === "" ? kept?.token : Redacted.make(given)
    if (token === undefined)
      return yield* new PlaceRefused({
        place,
        reason: "this machine has no access to it yet; `whiteroom connect LINK` gets it"
      })
    return { token, certificate: kept?.certificate, kept }
  })

/** The blobs of a library on a server. */
export const openServerPlace = (
  place: string,
  env: Environment,
  settings: string | undefined
): Effect.Effect<Blobs, WhiteRoomError> =>
  Effect.flatMap(serverAccess(place, env, settings), ({ token, certificate }) =>
    httpBlobs({ place, token, certificate })
  )
