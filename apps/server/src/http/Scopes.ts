/** Which role each route is open to. A route that is not in the table is open to nobody. */
import type { Caller } from "../api/Api.js"
import type { Role } from "../api/Model.js"
import { isServerAdmin } from "../control/AccessList.js"

/** `open`: to all. `server`: to those who are admin of the whole server. Otherwise the roles; libraries are looked at besides. */
export type Scope = "open" | "server" | ReadonlyArray<Role>

const anybody: Scope = ["device", "push-only", "teacher", "admin", "service"]

/** Those who read a library. */
const reader: Scope = ["device", "teacher", "admin", "service"]

/** Those who send restores, or restore what is written here. Devices see those for them in their inbox, and no other. */
const sender: Scope = ["teacher", "admin", "service"]

/** Those who change a library whose home is the server. */
const writer: Scope = ["admin", "service"]

export const scopes: Readonly<Record<string, Scope>> = {
  "GET /health/live": "open",
  "GET /health/ready": "open",
  "GET /openapi.json": "open",
  "POST /v1/enrolments": "open",
  "POST /v1/session": "open",
  "DELETE /v1/session": anybody,
  "GET /metrics": "server",
  "GET /docs": anybody,
  "GET /v1/me": anybody,
  "PATCH /v1/me": ["device", "push-only"],
  "DELETE /v1/me": anybody,
  "GET /v1/libraries": anybody,
  "GET /v1/libraries/:library": anybody,
  "PUT /v1/libraries/:library": writer,
  "PATCH /v1/libraries/:library": "server",
  "DELETE /v1/libraries/:library": writer,
  "POST /v1/libraries/:library/undelete": writer,
  "PUT /v1/libraries/:library/songs/:id": writer,
  "DELETE /v1/libraries/:library/songs/:id": writer,
  "PUT /v1/libraries/:library/performances/:id": writer,
  "DELETE /v1/libraries/:library/performances/:id": writer,
  "PUT /v1/libraries/:library/preferences/:id": writer,
  "DELETE /v1/libraries/:library/preferences/:id": writer,
  "GET /v1/libraries/:library/changes": reader,
  "POST /v1/libraries/:library/imports": writer,
  "GET /v1/libraries/:library/profiles": reader,
  "GET /v1/libraries/:library/profiles/:id": reader,
  "PUT /v1/libraries/:library/profiles/:id": writer,
  "DELETE /v1/libraries/:library/profiles/:id": writer,
  "POST /v1/libraries/:library/profiles/:id/run": writer,
  "GET /v1/libraries/:library/runs": reader,
  "GET /v1/libraries/:library/runs/:id": reader,
  "GET /v1/libraries/:library/runs/:id/file": reader,
  "POST /v1/libraries/:library/checks": sender,
  "GET /v1/libraries/:library/checks": reader,
  "GET /v1/libraries/:library/operations": reader,
  "POST /v1/libraries/:library/operations/:id/undo": writer,
  "POST /v1/libraries/:library/changes": writer,
  "GET /v1/events": reader,
  "GET /v1/invitations": "server",
  "POST /v1/invitations": "server",
  "DELETE /v1/invitations/:id": "server",
  "GET /v1/access": "server",
  "PATCH /v1/access/:id": "server",
  "DELETE /v1/access/:id": "server",
  "GET /v1/audit": "server",
  "GET /v1/overview": "server",
  "POST /v1/libraries/:library/leave": "server",
  "POST /v1/libraries/:library/erase": "server",
  "GET /v1/settings": "server",
  "PATCH /v1/settings": "server",
  "GET /v1/libraries/:library/status": reader,
  "GET /v1/libraries/:library/retention": reader,
  "GET /v1/libraries/:library/diff": reader,
  "GET /v1/libraries/:library/find": reader,
  "GET /v1/libraries/:library/timeline": reader,
  "GET /v1/libraries/:library/export": reader,
  "GET /v1/libraries/:library/songs": reader,
  "GET /v1/libraries/:library/songs/:id": reader,
  "GET /v1/libraries/:library/songs/:id/document": reader,
  "GET /v1/libraries/:library/songs/:id/history": reader,
  "GET /v1/libraries/:library/performances": reader,
  "GET /v1/libraries/:library/performances/:id": reader,
  "GET /v1/libraries/:library/performances/:id/document": reader,
  "GET /v1/libraries/:library/performances/:id/history": reader,
  "GET /v1/libraries/:library/preferences": reader,
  "GET /v1/libraries/:library/preferences/:id": reader,
  "GET /v1/libraries/:library/preferences/:id/history": reader,
  "GET /v1/libraries/:library/backups": reader,
  "GET /v1/libraries/:library/backups/:id": reader,
  "GET /v1/restores": sender,
  "GET /v1/libraries/:library/restores": sender,
  "POST /v1/libraries/:library/restores": sender,
  "GET /v1/libraries/:library/restores/:id": sender,
  "PATCH /v1/libraries/:library/restores/:id": ["device"],
  "POST /v1/libraries/:library/restores/:id/apply": sender,
  "POST /v1/libraries/:library/restores/:id/cancel": sender,
  "POST /v1/libraries/:library/restores/:id/undo": sender,
  "GET /v1/inbox": ["device"],
  "POST /v1/libraries/:library/backups": writer,
  "PATCH /v1/libraries/:library/backups/:id": writer,
  "DELETE /v1/libraries/:library/backups/:id": writer,
  "POST /v1/libraries/:library/backups/:id/undelete": writer,
  "GET /v1/libraries/:library/copies": writer,
  "POST /v1/libraries/:library/copies": writer,
  "GET /v1/libraries/:library/keys": writer,
  "GET /v1/libraries/:library/keys/:id": writer,
  "POST /v1/libraries/:library/keys/:id/kit": writer,
  "POST /v1/libraries/:library/keys/:id/test": writer,
  "GET /v1/libraries/:library/blobs": anybody,
  "GET /v1/libraries/:library/blobs/*": anybody,
  "PUT /v1/libraries/:library/blobs/*": ["device", "push-only", "admin"],
  "DELETE /v1/libraries/:library/blobs/*": ["admin"],
  // The pages: they hold nothing of anybody. What is asked of no other route comes here.
  "GET /*": "open"
}

export type Verdict = "enter" | "NotSignedIn" | "NotAllowed"

/** Whether somebody may enter a route, written as `METHOD /path`. */
export const judge = (route: string, caller: Caller | undefined): Verdict => {
  const scope = Object.hasOwn(scopes, route) ? scopes[route] : undefined
  if (scope === "open") return "enter"
  if (caller === undefined) return "NotSignedIn"
  if (scope === undefined) return "NotAllowed"
  const isIn = scope === "server" ? isServerAdmin(caller) : scope.includes(caller.role)
  return isIn ? "enter" : "NotAllowed"
}
