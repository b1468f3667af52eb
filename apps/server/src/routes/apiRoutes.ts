/** What the API answers: each endpoint asks the control database, and says what it found. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { api, CurrentCaller, Entrance } from "../api/Api.js"
import { type ProblemOf, problem } from "../api/Problem.js"
import {
  accessById,
  accessInfo,
  isServerAdmin,
  type KnownAccess,
  listAccess,
  narrowAccess,
  readersOf,
  revokeAccess
} from "../control/AccessList.js"
import { entriesAfter, entriesBefore } from "../control/Audit.js"
import { codeText } from "../control/Code.js"
import { changeAccess } from "../control/changeAccess.js"
import { enrol, invitationInfo, invite, listInvitations, withdraw } from "../control/Invitations.js"
import { isoTime } from "../control/isoTime.js"
import { libraryById, libraryInfo, listLibraries } from "../control/Libraries.js"
import { TheDesk } from "../http/Desk.js"
import { entrance } from "../http/entrance.js"
import { inviteLink } from "../http/inviteLink.js"
import { nobody } from "../http/Owners.js"
import { alsoInMirror } from "./alsoInMirror.js"
import { backupRoutes } from "./backupRoutes.js"
import { careRoutes } from "./careRoutes.js"
import { checkRoutes } from "./checkRoutes.js"
import { copyRoutes } from "./copyRoutes.js"
import { countingWrong } from "./countingWrong.js"
import { failing } from "./failing.js"
import { feedRoutes } from "./feedRoutes.js"
import { homeRoutes } from "./homeRoutes.js"
import { importRoutes } from "./importRoutes.js"
import { inboxRoutes } from "./inboxRoutes.js"
import { keyRoutes } from "./keyRoutes.js"
import { operationRoutes } from "./operationRoutes.js"
import { profileRoutes } from "./profileRoutes.js"
import { readRoutes } from "./readRoutes.js"
import { restoreRoutes } from "./restoreRoutes.js"
import { runRoutes } from "./runRoutes.js"
import { sessionRoutes } from "./sessionRoutes.js"
import { settingsRoutes } from "./settingsRoutes.js"
import { writeRoutes } from "./writeRoutes.js"

interface Page {
  readonly after?: string | undefined
  readonly limit?: number | undefined
}

/** A page of a list: one more is asked for, to know whether something follows. */
const paged =
  <A, B, E, R>(
    list: (after: string, limit: number) => Effect.Effect<ReadonlyArray<A>, E, R>,
    show: (item: A) => B
  ) =>
  ({ after = "", limit = 100 }: Page) =>
    Effect.map(list(after, limit + 1), (found) => ({
      items: found.slice(0, limit).map(show),
      isLast: found.length <= limit
    }))

const health = HttpApiBuilder.group(api, "health", (handlers) =>
  handlers
    .handle("live", () => Effect.succeed({ status: "ok" as const }))
    .handle("ready", () =>
      Effect.gen(function* () {
        const { isStopping, owners } = yield* TheDesk
        // Who sends people here by this answer may do so when libraries are looked after here.
        if (isStopping() || owners() === nobody) return yield* Effect.fail(problem("Stopping"))
        yield* failing(Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT 1`))
        return { status: "ok" as const }
      })
    )
)

/** What a device is told of its access: its libraries, and who else reads them. */
const enrolled = (access: KnownAccess) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const libraries = yield* Effect.forEach(access.libraries, (id) =>
      Effect.gen(function* () {
        const found = yield* libraryById(id)
        return found === undefined
          ? []
          : [{ id, name: found.name, sealed: found.sealed === 1, readers: yield* readersOf(id, now) }]
      })
    )
    return {
      access: access.id,
      role: access.role,
      expiresAt: access.expires_at === 0 ? null : isoTime(access.expires_at),
      libraries: libraries.flat()
    }
  })

const enrolments = HttpApiBuilder.group(api, "enrolments", (handlers) =>
  handlers.handle("enrol", ({ payload }) =>
    Effect.gen(function* () {
      const opening = enrol(payload.code, payload.secretHash, payload.device)
      const access = yield* countingWrong(opening).pipe(
        // That is said to browsers alone.
        Effect.catchIf(
          (error): error is ProblemOf<"ForDevice"> => "type" in error && error.type === "ForDevice",
          (error) => Effect.die(error)
        )
      )
      return yield* enrolled(access)
    }).pipe(failing)
  )
)

/** The caller of a route that nobody enters without an access. */
const caller = Effect.flatMap(CurrentCaller, (found) =>
  found === undefined ? Effect.fail(problem("NotSignedIn")) : Effect.succeed(found)
)

const own = HttpApiBuilder.group(api, "own", (handlers) =>
  handlers
    .handle("me", () =>
      Effect.gen(function* () {
        const access = yield* accessById((yield* caller).id)
        return access === undefined ? yield* Effect.fail(problem("NotSignedIn")) : accessInfo(access)
      }).pipe(failing)
    )
    .handle("narrow", () =>
      Effect.gen(function* () {
        const { id } = yield* caller
        if (!(yield* narrowAccess(id, id))) return yield* Effect.fail(problem("NotAllowed"))
        yield* alsoInMirror
        return accessInfo(yield* Effect.flatMap(accessById(id), Effect.fromNullable).pipe(Effect.orDie))
      }).pipe(failing)
    )
    .handle("leave", () =>
      Effect.flatMap(caller, ({ id }) => Effect.zipRight(revokeAccess(id, id), alsoInMirror)).pipe(failing)
    )
    .handle("libraries", ({ urlParams }) =>
      Effect.gen(function* () {
        const who = yield* caller
        if (who.libraries.length === 0 && !isServerAdmin(who)) return { items: [], isLast: true }
        const list = (after: string, limit: number) => listLibraries(who.libraries, after, limit)
        return yield* paged(list, libraryInfo)(urlParams)
      }).pipe(failing)
    )
)

const invitations = HttpApiBuilder.group(api, "invitations", (handlers) =>
  handlers
    .handle("list", ({ urlParams }) => failing(paged(listInvitations, invitationInfo)(urlParams)))
    .handle("invite", ({ payload }) =>
      Effect.gen(function* () {
        const desk = yield* TheDesk
        const made = yield* invite({ ...payload, quota: desk.limits.quota }, (yield* caller).id)
        for (const library of made.invitation.libraries) yield* desk.shelf.make(library)
        const code = codeText(made.code)
        return { ...made.invitation, code, link: inviteLink(desk.url(), code, desk.pin) }
      }).pipe(failing)
    )
    .handle("withdraw", ({ path }) =>
      Effect.gen(function* () {
        const isGone = yield* withdraw(path.id, (yield* caller).id)
        if (!isGone) yield* Effect.fail(problem("NotFound"))
        yield* alsoInMirror
      }).pipe(failing)
    )
)

const access = HttpApiBuilder.group(api, "access", (handlers) =>
  handlers
    .handle("list", ({ urlParams }) => failing(paged(listAccess, accessInfo)(urlParams)))
    .handle("change", ({ path, payload }) =>
      Effect.gen(function* () {
        const now = yield* changeAccess(path.id, payload, (yield* caller).id)
        // What it may not do any more counts here already.
        yield* alsoInMirror
        return accessInfo(now)
      }).pipe(failing)
    )
    .handle("revoke", ({ path }) =>
      Effect.gen(function* () {
        const isGone = yield* revokeAccess(path.id, (yield* caller).id)
        if (!isGone) yield* Effect.fail(problem("NotFound"))
        yield* alsoInMirror
      }).pipe(failing)
    )
)

const audit = HttpApiBuilder.group(api, "audit", (handlers) =>
  handlers.handle("list", ({ urlParams }) => {
    const after = (number: string, limit: number) => {
      const known = /^\d{1,15}$/.test(number) ? Number(number) : undefined
      return urlParams.order === "newest"
        ? entriesBefore(known ?? Number.MAX_SAFE_INTEGER, limit)
        : entriesAfter(known ?? 0, limit)
    }
    return failing(paged(after, ({ at, ...entry }) => ({ ...entry, at: isoTime(at) }))(urlParams))
  })
)

const entranceLive = Layer.effect(
  Entrance,
  Effect.gen(function* () {
    const context = yield* Effect.context<TheDesk | SqlClient.SqlClient>()
    return { bearer: () => failing(entrance).pipe(Effect.provide(context)) }
  })
)

/** The handlers of the API. */
export const apiRoutes = Layer.mergeAll(
  health,
  enrolments,
  sessionRoutes,
  own,
  invitations,
  access,
  audit,
  readRoutes,
  backupRoutes,
  homeRoutes,
  careRoutes,
  writeRoutes,
  operationRoutes,
  importRoutes,
  profileRoutes,
  checkRoutes,
  runRoutes,
  keyRoutes,
  copyRoutes,
  feedRoutes,
  restoreRoutes,
  inboxRoutes,
  settingsRoutes
).pipe(Layer.provideMerge(entranceLive))
