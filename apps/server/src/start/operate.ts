/** What whoever runs a server does on its machine: on its data folder, whether or not it runs. */
import * as fs from "node:fs"
import type { SqlClient } from "@effect/sql/SqlClient"
import { InvalidInput, ServerNotStarted, StorageFailed, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
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

export interface Operations {
  readonly invite: (guest: Guest) => Effect.Effect<Invited, WhiteRoomError>
  readonly access: Effect.Effect<ReadonlyArray<AccessInfo>, WhiteRoomError>
  readonly libraries: Effect.Effect<ReadonlyArray<LibraryInfo>, WhiteRoomError>
  /** Ends an access, by its id or how that begins, or by its name when one has it. Gives it as it was. */
  readonly revoke: (idOrName: string) => Effect.Effect<AccessInfo, WhiteRoomError>
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
        const [found, ...others] = (yield* access).filter(
          (each) =>
            isCounting(each) && (each.name === wanted || (wanted !== "" && each.id.startsWith(wanted)))
        )
        if (found === undefined || others.length > 0)
          return yield* new InvalidInput({
            field: wanted,
            reason: found === undefined ? "nobody of that name or id has access" : "several fit; say the id"
          })
        yield* withControl(revokeAccess(found.id, actor))
        return found
      })
  }
}
