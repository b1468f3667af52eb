/**
 * A library as an entity of the cluster: it is at one node at a time. What nodes say to each other of it is this one message; a version of
 * this program understands what the one before and the one after say, as fields are only added.
 */
import * as Entity from "@effect/cluster/Entity"
import * as Rpc from "@effect/rpc/Rpc"
import * as Schema from "effect/Schema"

/** Which node a library is at. */
const At = Schema.Struct({
  /** `host:port`, as other nodes reach it. */
  node: Schema.String
})

export const LibraryEntity = Entity.make("Library", [
  /** Makes it somebody's that was nobody's, and says whose it is. */
  Rpc.make("WhereIs", { success: At })
])
