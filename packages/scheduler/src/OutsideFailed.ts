/** Something outside that did not work; it never makes a backup fail, but for a `before` hook. */
export class OutsideFailed extends Error {
  readonly _tag = "OutsideFailed"
}
