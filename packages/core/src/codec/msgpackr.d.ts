/**
 * What we use of msgpackr, told more exactly than its own types do: how an extension writes bytes of its own, and that
 * nothing is known of what was read.
 */
declare module "msgpackr/pack" {
  export interface PackrOptions {
    readonly useRecords: false
    readonly variableMapSize: true
    readonly mapsAsObjects: false
    readonly int64AsType: "bigint"
  }

  export class Packr {
    constructor(options: PackrOptions)
    /** With `RESET_BUFFER_MODE`: a view of memory that the next call writes to. */
    pack(value: unknown, mode: number): Uint8Array
    /** Leaves a property on the array it is given; bytes in the result are views of that array. */
    unpack(bytes: Uint8Array): unknown
  }

  /** Room for bytes of one's own, from `position` on. */
  export interface Room {
    readonly target: Uint8Array
    readonly targetView: DataView
    readonly position: number
  }

  export function addExtension<A>(extension: {
    readonly Class: new (...args: ReadonlyArray<never>) => A
    readonly type: number
    readonly pack: (value: A, allocate: (size: number) => Room) => void
  }): void

  export const RESET_BUFFER_MODE: number
}
