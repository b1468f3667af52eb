/** What the person who runs a server does on its machine: on its data folder, whether or not it runs. */
import type { SqlClient } from "@effect/sql/SqlClient"
import { InvalidInput, ServerNotStarted, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AccessChange, AccessInfo, LibraryInfo, Role } from "../api/Model.js"
import type { Settings, SettingsChange } from "../api/Settings.js"
import { accessInfo, listAccess, revokeAccess } from "../control/AccessList.js"
import { type Code, codeText } from "../control/Code.js"
import { changeAccess } from "../control/changeAccess.js"
import type { ControlError } from "../control/Database.js"
import { invite } from "../control/Invitations.js"
import { atOnce, type ErasedPlace, setErasure } from "../control/Leaving.js"
import { changeLibrary, libraryInfo, listLibraries } from "../control/Libraries.js"
import { readSetting } from "../control/Settings.js"
import { sendAway } from "../control/sendAway.js"
import { untilErased } from "../control/untilErased.js"
import { changeSettings, readSettings } from "../digest/Settings.js"
import { usualLimits } from "../http/Desk.js"
import { inviteLink } from "../http/inviteLink.js"
import { shelfAt } from "../library/shelfAt.js"
import { type AuditCheck, checkAudit } from "./AuditCare.js"
import { checkGroup } from "./checkGroup.js"
import { controlHere } from "./controlHere.js"
import { checkControl, controlOf, type DatabaseOptions, isOfServer, lockData } from "./DataFolder.js"
import { eraseLibrary } from "./eraseLibrary.js"
import { mirrorFor } from "./mirrorFor.js"
import { notReadable } from "./notReadable.js"

/** Somebody to be invited. */
export interface Guest {
  readonly name: string
  readonly role: Role
  /** Libraries there are; without any a device gets a new one, and an admin the whole server. */
  readonly libraries: ReadonlyArray<string>
  readonly sealed: boolean
  /** The group of a device's library; others get the libraries of the group, also those that come. */
  readonly group?: string | undefined
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

/** A library that leaves, with the link by which it is taken home. */
export interface Leaving {
  readonly library: LibraryInfo
  readonly link: string
  readonly eraseAt: string
}

/** A library that was erased. Without places not everything could be reached: the server goes on. */
export interface Erased {
  readonly library: LibraryInfo
  readonly places: ReadonlyArray<ErasedPlace> | undefined
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
  /** Changes an access, which is found as `revoke` finds it: its name, its end, what it may do and where. */
  readonly changeAccess: (idOrName: string, change: AccessChange) => Effect.Effect<Revoked, WhiteRoomError>
  /**
   * Sends a library away: nothing is pushed into it any more, it can be taken home by the link, and is erased 30 days later.
   * By its id, or by its name when one has it.
   */
  readonly leave: (idOrName: string) => Effect.Effect<Leaving, WhiteRoomError>
  /** Puts libraries into a group, or with the empty text into none; they are named by id, or by name. */
  readonly group: (
    group: string,
    idsOrNames: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyArray<LibraryInfo>, WhiteRoomError>
  /** Who is told what, and when; see `SettingsChange`. */
  readonly settings: Effect.Effect<Settings, WhiteRoomError>
  readonly changeSettings: (change: SettingsChange) => Effect.Effect<Settings, WhiteRoomError>
  /** Keeps a library that was to leave. */
  readonly stay: (idOrName: string) => Effect.Effect<LibraryInfo, WhiteRoomError>
  /** Erases a library now, by its id; the receipt says from where. */
  readonly erase: (id: string) => Effect.Effect<Erased, WhiteRoomError>
  /** Looks whether the audit log is as it was written, from its beginning, and by the mirror. */
  readonly audit: Effect.Effect<AuditCheck, WhiteRoomError>
  /** Brings what is known of accesses and libraries to the mirror; false when that could not be done. True without one. */
  readonly mirror: Effect.Effect<boolean, WhiteRoomError>
}

const actor = "command line"

const noSuchLibrary = new InvalidInput({
  field: "library",
  reason: "there is no such library on this server"
})

/** A server keeps no more; what is beyond is not shown. */
const most = 100_000

const isCounting = ({ revokedAt, expiresAt }: AccessInfo): boolean =>
  revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > Date.now())

/** What of a server is not in its data folder, as of `StartOptions`. */
export interface Elsewhere {
  readonly database?: DatabaseOptions | undefined
  readonly blobs?: string | undefined
}

/**
 * The operations on a data folder, and on what of it lies elsewhere. Each fails with `ServerNotStarted` when
 * no server was started there.
 */
export const operate = (data: string, { database, blobs }: Elsewhere = {}): Operations => {
  const at = controlOf(data, database)
  const withControl = <A>(
    body: Effect.Effect<A, WhiteRoomError | ControlError, SqlClient>
  ): Effect.Effect<A, WhiteRoomError> =>
    Effect.gen(function* () {
      yield* checkControl(data, at, blobs)
      const notStarted = new ServerNotStarted({
        data,
        reason: "no server was started with this data folder yet",
        advice: "Start one first with whiteroom server start, or name its folder with --data."
      })
      // With a bucket the data folder is a cache: the database knows whether there was one.
      const isElsewhere = at._tag === "Postgres" && blobs !== undefined
      if (!isElsewhere && !isOfServer(data, at)) return yield* notStarted
      const wasStarted = Effect.flatMap(readSetting("url"), (url) =>
        isElsewhere && url === undefined ? notStarted : Effect.void
      )
      return yield* Effect.provide(Effect.zipRight(wasStarted, body), controlHere(data, at, blobs))
    }).pipe(Effect.catchTag("SqlError", (error) => notReadable(data, at, error)))
  /** Brings the control database to the mirror that the server was started with; true when there is none. */
  const tellMirror = Effect.gen(function* () {
    const mirror = yield* Effect.option(Effect.suspend(() => mirrorHere))
    if (Option.isNone(mirror)) return false
    return mirror.value === undefined || (yield* mirror.value.keepControl)
  })
  const mirrorHere = Effect.gen(function* () {
    const place = (yield* readSetting("mirror")) ?? ""
    return place === "" ? undefined : yield* mirrorFor(data, yield* shelfAt({ data, blobs }), place, () => {})
  })
  /** What is passed on to who is let in by a code. */
  const linkTo = (code: Code) =>
    Effect.gen(function* () {
      const url = (yield* readSetting("url")) ?? ""
      const pin = (yield* readSetting("pin")) ?? ""
      return inviteLink(url, codeText(code), pin === "" ? undefined : pin)
    })
  const inviteTo = ({ quota = usualLimits.quota, ...guest }: Guest) =>
    Effect.gen(function* () {
      yield* checkGroup(guest.group ?? "")
      const made = yield* invite({ ...guest, quota }, actor).pipe(
        Effect.catchIf(
          (error) => "type" in error,
          () => noSuchLibrary
        )
      )
      for (const library of made.invitation.libraries) yield* (yield* shelfAt({ data, blobs })).make(library)
      return {
        link: yield* linkTo(made.code),
        libraries: made.invitation.libraries,
        expiresAt: made.invitation.expiresAt
      }
    })
  /** The one library that is meant. */
  const findLibrary = (wanted: string) =>
    Effect.gen(function* () {
      const all = yield* listLibraries([], "", most)
      const byId = all.filter(({ id }) => id === wanted)
      const [found, ...others] = byId.length > 0 ? byId : all.filter(({ name }) => name === wanted)
      if (found === undefined || others.length > 0)
        return yield* new InvalidInput({
          field: wanted,
          reason:
            found === undefined ? "no library has that name or id" : "several have that name; say the id"
        })
      return found
    })
  /** Erases by itself where no server runs, else waits until the one that does has done it. */
  const eraseDue = (id: string) =>
    Effect.gen(function* () {
      const byItself = yield* Effect.either(
        Effect.scoped(
          Effect.gen(function* () {
            yield* lockData(data)
            const mirror = yield* mirrorHere
            return yield* eraseLibrary(
              { shelf: yield* shelfAt({ data, blobs }), replicas: undefined, mirror },
              id,
              actor
            )
          })
        )
      )
      if (byItself._tag === "Right") return byItself.right
      if (byItself.left._tag !== "ServerNotStarted") return yield* byItself.left
      return yield* untilErased(id)
    })
  const access = withControl(Effect.map(listAccess("", most), (all) => all.map(accessInfo)))
  /** The one access that is meant: of those that count, else of those that did. */
  const findAccess = (wanted: string) =>
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
      return found
    })
  return {
    invite: (guest) => withControl(inviteTo(guest)),
    leave: (wanted) =>
      withControl(
        Effect.gen(function* () {
          const found = yield* findLibrary(wanted)
          const { code, eraseAt } = yield* Effect.catchIf(
            sendAway(found, usualLimits.quota, actor),
            (error) => "type" in error,
            () => noSuchLibrary
          )
          const library = libraryInfo(yield* findLibrary(found.id))
          return { library, link: yield* linkTo(code), eraseAt: new Date(eraseAt).toISOString() }
        })
      ),
    group: (group, wanted) =>
      withControl(
        Effect.gen(function* () {
          yield* checkGroup(group)
          // All are found before any is changed.
          const found = yield* Effect.forEach(wanted, findLibrary)
          yield* Effect.forEach(found, ({ id }) => changeLibrary(id, { group }, actor))
          return found.map((library) => libraryInfo({ ...library, group_name: group }))
        })
      ),
    settings: withControl(readSettings(data)),
    changeSettings: (change) =>
      withControl(Effect.zipRight(changeSettings(data, change, actor), readSettings(data))),
    stay: (wanted) =>
      withControl(
        Effect.gen(function* () {
          const { id } = yield* findLibrary(wanted)
          yield* setErasure(id, 0, actor)
          return libraryInfo(yield* findLibrary(id))
        })
      ),
    erase: (wanted) =>
      withControl(
        Effect.gen(function* () {
          const library = yield* findLibrary(wanted)
          yield* setErasure(library.id, atOnce, actor)
          return { library: libraryInfo(library), places: yield* eraseDue(library.id) }
        })
      ),
    access,
    libraries: withControl(
      Effect.map(listLibraries([], "", most), (all) => all.map((library) => libraryInfo(library)))
    ),
    changeAccess: (wanted, change) =>
      Effect.gen(function* () {
        const { id } = yield* findAccess(wanted)
        yield* checkGroup(change.group ?? "")
        const changed = changeAccess(id, change, actor).pipe(
          Effect.catchIf(
            (error) => "type" in error,
            ({ type }) =>
              new InvalidInput({
                field: wanted,
                reason:
                  type === "NotFound"
                    ? "it has no such library, or this access was taken away"
                    : "that does not fit this access: a computer has libraries of its own, a person stays one, and who is admin of all is made so by a link of its own"
              })
          ),
          Effect.map(accessInfo)
        )
        const now = yield* withControl(changed)
        return { ...now, mirrored: yield* withControl(tellMirror) }
      }),
    revoke: (wanted) =>
      Effect.gen(function* () {
        const found = yield* findAccess(wanted)
        const mirrored = yield* withControl(Effect.zipRight(revokeAccess(found.id, actor), tellMirror))
        return { ...found, mirrored }
      }),
    audit: withControl(
      Effect.flatMap(
        Effect.orElseSucceed(mirrorHere, () => undefined),
        checkAudit
      )
    ),
    mirror: withControl(tellMirror)
  }
}
