/** Which other devices have something in a vault that is not here: looked for now and then, and remembered for `status`. */
import { hour, isRemote, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { type KnownVault, vaultRecords } from "@white-room/store/transfer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { devicesAhead } from "./OtherLines.js"
import { deviceDifferences } from "./pull.js"
import type { Vault } from "./Vault.js"

const Count = Schema.Int.pipe(Schema.nonNegative())

const Seen = Schema.parseJson(
  Schema.Struct({
    /** Lines that were looked at, with when they were last pushed to. */
    lines: Schema.Array(Schema.String),
    devices: Schema.Array(
      Schema.Struct({
        device: Schema.String,
        line: Schema.String,
        songs: Count,
        performances: Count,
        preferences: Count
      })
    )
  })
)

/** Another device, and in how much this library and it differed. All zero: in backups only. */
export type SeenDevice = (typeof Seen.Type)["devices"][number]

const decode = Schema.decodeUnknownOption(Seen)

/** How other devices differed when it was last looked for; what cannot be read is as if nobody had looked. */
export const seenDevices = ({ devices }: KnownVault): ReadonlyArray<SeenDevice> =>
  Option.match(decode(devices?.seen), { onNone: () => [], onSome: (seen) => seen.devices })

/**
 * Looks which devices have something that is not here, and remembers it. A place on a network is asked once an hour at
 * most, unless `again`; a line that has nothing new since is not read again. Of a vault that the library does not know nothing
 * is remembered.
 */
export const noticeDevices = (
  library: Library,
  vault: Vault,
  known: KnownVault | undefined,
  { again = false }: { readonly again?: boolean } = {}
): Effect.Effect<ReadonlyArray<SeenDevice>, WhiteRoomError> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const isRecent = Math.abs(now - (known?.devices?.at ?? 0)) < hour
    if (!again && known !== undefined && isRecent && isRemote(known.place)) return seenDevices(known)
    const lines = (yield* devicesAhead(library, vault)).map((each) => `${each.line} ${each.lastArrival}`)
    const before = Option.getOrUndefined(decode(known?.devices?.seen))
    const isSame = !again && before !== undefined && before.lines.join() === lines.join()
    const devices = isSame
      ? before.devices
      : lines.length === 0
        ? []
        : (yield* deviceDifferences(library, vault)).map(({ device, line, differing }) => ({
            device,
            line,
            songs: differing.song,
            performances: differing.performance,
            preferences: differing.preferences
          }))
    const seen = yield* Effect.orDie(Schema.encode(Seen)({ lines, devices }))
    // A library that cannot be written is looked at all the same.
    if (known !== undefined) yield* Effect.ignore(vaultRecords(library).rememberDevices(vault.id, seen))
    return devices
  })
