import { isWhiteRoomError, toHex } from "@white-room/core"

/** Something that is not as it must be, and what it belongs to, in words. */
export interface Damage {
  /** `block 12`, `event @1234`, `backup b3`, `song "Night Drive" (id)`. */
  readonly what: string
  readonly reason: string
  /** Backups that need it, as `b31`. */
  readonly backups: ReadonlyArray<string>
  /** Songs, performances or preferences it holds, as `Night Drive (id)`. */
  readonly entities: ReadonlyArray<string>
  /** True when the check that found it put it right, from what is whole. */
  readonly mended?: boolean | undefined
}

/** What went wrong, for people. Anything that is not an error of ours is passed on: it is a bug or the disk. */
export const reasonOf = (error: unknown): string => {
  if (!isWhiteRoomError(error)) throw error
  if (error._tag === "MalformedData") return error.reason
  // A part of a longer sentence, which says for itself what was changed.
  return error.message.replace(/(?: Nothing was changed)?\.$/, "").replace(/\.$/, "")
}

/** What a check finds. */
export class Findings {
  readonly damaged: Array<Damage> = []
  /** Objects that are missing or wrong, by hex hash, with the reason; explained by `explainObjects`. */
  readonly badObjects = new Map<string, string>()
  /** Objects that a quick check came by and could not read, by hex hash, with the reason. */
  readonly unreadable = new Map<string, string>()
  /** Blocks whose row says another length than they have, and blocks that cannot be opened and in which nothing lies. */
  readonly wrongLengths = new Map<number, number>()
  readonly rubbish = new Set<number>()
  /** Backups that the log has and whose row in the catalogue is lost or wrong. */
  readonly wrongRows = new Set<string>()
  /** Positions of events that cannot be read, or do not fit the chain. */
  readonly brokenEvents = new Set<number>()
  /** Commands whose rows are lost, or that name other events than they wrote. */
  namesOfCommands = false
  /** The tree that the next backup goes on from is not what the log says, of which nothing else is wrong. */
  wrongTree = false
  /** Every event was read and fits the chain, so that what it says may be put in the place of what differs. */
  logIsWhole = false
  objects = 0
  bytes = 0

  /** Nothing was found. */
  get isEmpty(): boolean {
    const { damaged, badObjects, unreadable, wrongLengths, rubbish, wrongRows, namesOfCommands } = this
    const kept = [badObjects, unreadable, wrongLengths, rubbish, wrongRows]
    return damaged.length === 0 && !namesOfCommands && kept.every(({ size }) => size === 0)
  }

  add(
    what: string,
    reason: string,
    backups: ReadonlyArray<string> = [],
    entities: ReadonlyArray<string> = []
  ): void {
    this.damaged.push({ what, reason, backups, entities })
  }

  badObject(hash: Uint8Array, reason: string): void {
    if (!this.badObjects.has(toHex(hash))) this.badObjects.set(toHex(hash), reason)
  }
}
