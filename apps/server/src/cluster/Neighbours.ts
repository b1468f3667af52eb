/** The other nodes as the control database has them: how they are asked, and which of them are gone. */
import type { KnownNode } from "../control/Nodes.js"

export interface Neighbours {
  /** Takes note of all nodes as they are on record now. */
  readonly see: (all: ReadonlyArray<KnownNode>) => void
  /** What is sent to a node has its secret; `undefined` where there is no such node. */
  readonly secretOf: (address: string) => string | undefined
  /**
   * Calls `onGone` once when a node is not there any more: killed, or asleep for so long that others have what it had. Nothing else says so of
   * one that is asleep, as its connections stay. The result ends the waiting.
   */
  readonly whileThere: (address: string, onGone: () => void) => () => void
}

export const makeNeighbours = (): Neighbours => {
  let secrets: ReadonlyMap<string, string> = new Map()
  const waiting = new Map<string, Set<() => void>>()
  return {
    see: (all) => {
      secrets = new Map(all.map(({ address, secret }) => [address, secret]))
      const there = new Set(all.flatMap(({ address, isThere }) => (isThere ? [address] : [])))
      for (const [address, callbacks] of waiting) {
        if (there.has(address)) continue
        waiting.delete(address)
        for (const onGone of callbacks) onGone()
      }
    },
    secretOf: (address) => secrets.get(address),
    whileThere: (address, onGone) => {
      const callbacks = waiting.get(address) ?? new Set()
      waiting.set(address, callbacks.add(onGone))
      return () => {
        callbacks.delete(onGone)
        if (callbacks.size === 0 && waiting.get(address) === callbacks) waiting.delete(address)
      }
    }
  }
}
