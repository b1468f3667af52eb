/** What whoever runs a server does on its machine: on its data folder, whether or not it runs. */
import * as fs from "node:fs"
import type { SqlClient } from "@effect/sql/SqlClient"
import { InvalidInput, ServerNotStarted, StorageFailed, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AccessInfo, LibraryInfo, Role } from "../api/Model.js"
import { accessInfo, listAccess, revokeAccess } from "../control/AccessList.js"
import { codeText } from "../control/Code.js"
import { type ControlError, layerSqlite } from "../control/Database.js"
import { invite } from "../control/Invitations.js"
import { libraryInfo, listLibraries } from "../control/Libraries.js"
import { readSetting } from "../control/Settings.js"
import { usualLimits } from "../http/Desk.js"
import { inviteLink } from "../http/inviteLink.js"
import { makeShelf } from "../library/Shelf.js"
import { controlFile } from "./DataFolder.js"
import { mirrorFor } from "./mirrorFor.js"

/** Somebody to be invited. */
export interface Guest {
  readonly name: string
  readonly role: Role
  /** Libraries there are; without any a device gets a new one, and an admin the whole server. */
  readonly libraries: ReadonlyArray<string>
  readonly sealed: boolean
  /** Room of a new library. */
  readonly quota?: number | undefined
  readonly accessDays?: number | undefined
  /** How long the code can be used; two weeks by default. */
  readonly codeMs?: number | undefined
}

export interface Invited {
  readonly link: string
  readonly libraries: ReadonlyArray<string>
  readonly expiresAt: string
}

/** An access as it was before it was ended. */
export interface Revoked extends AccessInfo {
  /** False when the mirror could not be told: a server that is rebuilt from it now lets the access in again. */
  readonly mirrored: boolean
}

export interface Operations {
  readonly invite: (guest: Guest) => Effect.Effect<Invited, WhiteRoomError>
  readonly access: Effect.Effect<ReadonlyArray<AccessInfo>, WhiteRoomError>
  readonly libraries: Effect.Effect<ReadonlyArray<LibraryInfo>, WhiteRoomError>
  /**
   * Ends an access, by its id or how that begins, or by its name when one has it. Done again for one that was ended, by its
   * id, it tells the mirror once more.
   */
  readonly revoke: (idOrName: string) => Effect.Effect<Revoked, WhiteRoomError>
  /** Brings what is known of accesses and libraries to the mirror; false when that could not be done. True without one. */
  readonly mirror: Effect.Effect<boolean, WhiteRoomError>
}

const actor = "command line"

/** A server keeps no more; what is beyond is not shown. */
const most = 100_000

const isCounting = ({ revokedAt, expiresAt }: AccessInfo): boolean =>
  revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > Date.now())

/** The operations on a data folder. Each fails with `ServerNotStarted` when no server was started there. */
export const operate = (data: string): Operations => {
  const withControl = <A>(
    body: Effect.Effect<A, WhiteRoomError | ControlError, SqlClient>
  ): Effect.Effect<A, WhiteRoomError> =>
    Effect.gen(function* () {
      if (!fs.existsSync(controlFile(data)))
        return yield* new ServerNotStarted({
          data,
          reason: "no server was started with this data folder yet",
          advice: "Start one first with whiteroom server start, or name its folder with --data."
        })
      return yield* Effect.provide(body, layerSqlite(controlFile(data)))
    }).pipe(
      Effect.catchTag(
        "SqlError",
        () =>
          new StorageFailed({ path: data, operation: "read", detail: "its control database cannot be used" })
      )
    )
  /** Brings the control database to the mirror that the server was started with; true when there is none. */
  const tellMirror = Effect.gen(function* () {
    const place = (yield* readSetting("mirror")) ?? ""
    if (place === "") return true
    const mirror = yield* Effect.option(mirrorFor(data, place, () => {}))
    return Option.isSome(mirror) ? yield* mirror.value.keepControl : false
  })
  const access = withControl(Effect.map(listAccess("", most), (all) => all.map(accessInfo)))
  return {
    invite: ({ quota = usualLimits.quota, ...guest }) =>
      withControl(
        Effect.gen(function* () {
          const made = yield* invite({ ...guest, quota }, actor).pipe(
            Effect.catchIf(
              (error) => "type" in error,
              () => new InvalidInput({ field: "library", reason: "there is no such library on this server" })
            )
          )
          for (const library of made.invitation.libraries) yield* makeShelf(data, library)
          const url = (yield* readSetting("url")) ?? ""
          const pin = (yield* readSetting("pin")) ?? ""
          return {
            link: inviteLink(url, codeText(made.code), pin === "" ? undefined : pin),
            libraries: made.invitation.libraries,
            expiresAt: made.invitation.expiresAt
          }
        })
      ),
    access,
    libraries: withControl(Effect.map(listLibraries([], "", most), (all) => all.map(libraryInfo))),
    revoke: (wanted) =>
      Effect.gen(function* () {
        const all = yield* access
        const isMeant = ({ id }: AccessInfo): boolean => wanted !== "" && id.startsWith(wanted)
        const counting = all.filter((each) => isCounting(each) && (each.name === wanted || isMeant(each)))
        const [found, ...others] = counting.length > 0 ? counting : all.filter(isMeant)
        if (found === undefined || others.length > 0)
          return yield* new InvalidInput({
            field: wanted,
            reason: found === undefined ? "nobody of that name or id has access" : "several fit; say the id"
          })
        const mirrored = yield* withControl(Effect.zipRight(revokeAccess(found.id, actor), tellMirror))
        return { ...found, mirrored }
      }),
    mirror: withControl(tellMirror)
  }
}
