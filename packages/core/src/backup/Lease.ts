/**
 * The right to do something alone for a while. It ends by itself, so that nobody waits for a process that died; the
 * token grows with every holder, so that one that was asleep is told apart from the one after it.
 */
export interface Lease {
  readonly name: string
  readonly holder: string
  readonly token: number
  readonly expiresAt: Date
}
