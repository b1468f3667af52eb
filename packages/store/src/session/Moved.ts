import type { EntityKey } from "@white-room/core"

/**
 * How a write transaction ends that keeps nothing, because what it was worked out from is no longer so:
 *
 * - `schema`: an app changed its tables, and may have removed the capture triggers; watch again first.
 * - `row`: a live row is not what the log says although nothing was noted; take it over first.
 * - `input`: what was read before the lock was taken; read it again.
 *
 * A value, not an error: `commit` does what it calls for, and tries again.
 */
export class Moved {
  private constructor(
    readonly what: "schema" | "row" | "input",
    /** Of a row: its entity. */
    readonly key: EntityKey | undefined,
    /** For people, when trying again did not help. */
    readonly detail: string
  ) {}

  static readonly schema = new Moved("schema", undefined, "an app kept changing its tables")
  static row = (key: EntityKey): Moved => new Moved("row", key, "an app kept changing it")
  static input = (detail: string): Moved => new Moved("input", undefined, detail)
}
