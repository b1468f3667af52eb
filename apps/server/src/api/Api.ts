/**
 * The API of the server, defined once: what serves it, its OpenAPI document and every client come from here. No I/O.
 * Files of libraries are streamed, so their routes are made by hand; they stand in the document all the same.
 */
import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiMiddleware from "@effect/platform/HttpApiMiddleware"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as HttpApiSecurity from "@effect/platform/HttpApiSecurity"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import { backupChanges } from "./Backups.js"
import { blobPaths } from "./blobPaths.js"
import { care } from "./Care.js"
import { checks } from "./Checks.js"
import { copies } from "./Copies.js"
import { feed } from "./Feed.js"
import { homes } from "./Homes.js"
import { imports } from "./Imports.js"
import { keys } from "./Keys.js"
import {
  AccessChange,
  AccessInfo,
  AuditEntry,
  BlobPage,
  Enrolled,
  Enrolment,
  Health,
  InvitationInfo,
  InvitationWish,
  Invited,
  LibraryInfo,
  Listed,
  limit,
  Narrowing,
  type Role,
  SignIn
} from "./Model.js"
import { operations } from "./Operations.js"
import { AnyProblem, problemSchema } from "./Problem.js"
import { profiles } from "./Profiles.js"
import { reads } from "./Reads.js"
import { inbox, restores } from "./Restores.js"
import { runs } from "./Runs.js"
import { settings } from "./Settings.js"
import { changes, writes } from "./Writes.js"

/** Who asks: an access, or nobody that is known. */
export interface Caller {
  readonly id: string
  readonly name: string
  readonly role: Role
  /** Its libraries, those of its group among them. */
  readonly libraries: ReadonlyArray<string>
  /** Its group; empty where it has none. An admin without libraries and without a group is admin of all. */
  readonly group: string
}

/** The access that came with a request; on open routes there may be none. */
export class CurrentCaller extends Context.Tag("@white-room/server/CurrentCaller")<
  CurrentCaller,
  Caller | undefined
>() {}

/** Lets in whoever a route is open to; a route that says nothing is open to nobody. */
export class Entrance extends HttpApiMiddleware.Tag<Entrance>()("@white-room/server/Entrance", {
  provides: CurrentCaller,
  failure: Schema.Union(
    problemSchema("NotSignedIn"),
    problemSchema("NotAllowed"),
    problemSchema("OriginRefused")
  ),
  security: { bearer: HttpApiSecurity.bearer }
}) {}

const id = HttpApiSchema.param("id", Schema.String.pipe(Schema.maxLength(100)))

const page = Schema.Struct({
  after: Schema.optional(Schema.String.pipe(Schema.maxLength(700))),
  limit
})

const health = HttpApiGroup.make("health")
  .add(HttpApiEndpoint.get("live", "/health/live").addSuccess(Health))
  .add(HttpApiEndpoint.get("ready", "/health/ready").addSuccess(Health).addError(problemSchema("Stopping")))

const enrolments = HttpApiGroup.make("enrolments").add(
  HttpApiEndpoint.post("enrol", "/v1/enrolments")
    .setPayload(Enrolment)
    .addSuccess(Enrolled)
    .addError(
      Schema.Union(problemSchema("CodeNotFound"), problemSchema("CodeUsed"), problemSchema("TooMany"))
    )
)

const session = HttpApiGroup.make("session")
  .add(
    HttpApiEndpoint.post("signIn", "/v1/session")
      .setPayload(SignIn)
      .addSuccess(AccessInfo)
      .addError(
        Schema.Union(
          problemSchema("CodeNotFound"),
          problemSchema("CodeUsed"),
          problemSchema("ForDevice"),
          problemSchema("TooMany")
        )
      )
  )
  .add(
    HttpApiEndpoint.del("signOut", "/v1/session")
      .addSuccess(HttpApiSchema.NoContent)
      .addError(problemSchema("MirrorBehind"))
  )

const own = HttpApiGroup.make("own")
  .add(HttpApiEndpoint.get("me", "/v1/me").addSuccess(AccessInfo))
  .add(
    HttpApiEndpoint.patch("narrow", "/v1/me")
      .setPayload(Narrowing)
      .addSuccess(AccessInfo)
      .addError(Schema.Union(problemSchema("NotAllowed"), problemSchema("MirrorBehind")))
  )
  .add(
    HttpApiEndpoint.del("leave", "/v1/me")
      .addSuccess(HttpApiSchema.NoContent)
      .addError(problemSchema("MirrorBehind"))
  )
  .add(HttpApiEndpoint.get("libraries", "/v1/libraries").setUrlParams(page).addSuccess(Listed(LibraryInfo)))

const invitations = HttpApiGroup.make("invitations")
  .add(HttpApiEndpoint.get("list", "/v1/invitations").setUrlParams(page).addSuccess(Listed(InvitationInfo)))
  .add(
    HttpApiEndpoint.post("invite", "/v1/invitations")
      .setPayload(InvitationWish)
      .addSuccess(Invited)
      .addError(problemSchema("NotFound"))
  )
  .add(
    HttpApiEndpoint.del("withdraw")`/v1/invitations/${id}`
      .addSuccess(HttpApiSchema.NoContent)
      .addError(Schema.Union(problemSchema("NotFound"), problemSchema("MirrorBehind")))
  )

const access = HttpApiGroup.make("access")
  .add(HttpApiEndpoint.get("list", "/v1/access").setUrlParams(page).addSuccess(Listed(AccessInfo)))
  .add(
    HttpApiEndpoint.patch("change")`/v1/access/${id}`
      .setPayload(AccessChange)
      .addSuccess(AccessInfo)
      .addError(
        Schema.Union(
          problemSchema("NotFound"),
          problemSchema("AccessNotFitting"),
          problemSchema("MirrorBehind")
        )
      )
  )
  .add(
    HttpApiEndpoint.del("revoke")`/v1/access/${id}`
      .addSuccess(HttpApiSchema.NoContent)
      .addError(Schema.Union(problemSchema("NotFound"), problemSchema("MirrorBehind")))
  )

/** `order=newest`: the newest entries first, and `after` goes back. */
const auditPage = Schema.Struct({
  ...page.fields,
  order: Schema.optional(Schema.Literal("oldest", "newest"))
})

const audit = HttpApiGroup.make("audit").add(
  HttpApiEndpoint.get("list", "/v1/audit").setUrlParams(auditPage).addSuccess(Listed(AuditEntry))
)

/** The API. The document of it has the routes of blobs too. */
export const api = HttpApi.make("whiteroom")
  .add(health)
  .add(enrolments)
  .add(session)
  .add(own)
  .add(invitations)
  .add(access)
  .add(audit)
  .add(reads.whole)
  .add(reads.songs)
  .add(reads.performances)
  .add(reads.preferences)
  .add(reads.backups)
  .add(backupChanges)
  .add(homes)
  .add(care)
  .add(writes)
  .add(changes)
  .add(operations)
  .add(imports)
  .add(profiles)
  .add(checks)
  .add(runs)
  .add(keys)
  .add(copies)
  .add(feed)
  .add(restores)
  .add(inbox)
  .add(settings)
  .middleware(Entrance)
  .addError(problemSchema("InternalFault"))
  .annotateContext(
    OpenApi.annotations({
      title: "White Room Backup server",
      version: "1",
      description:
        "Keeps libraries of other computers and gives them back. Errors are application/problem+json; `type` names them, `recovery` says what to do.",
      license: { name: "MIT" },
      transform: blobPaths
    })
  )
  .annotate(HttpApi.AdditionalSchemas, [BlobPage, AnyProblem])

/** The OpenAPI 3.1 document of the API. */
export const openApi = (): OpenApi.OpenAPISpec => OpenApi.fromApi(api)
