import { toHex } from "../codec/Bytes.js"
import { CommandReused } from "../errors/WhiteRoomError.js"
import { type EntityKey, keyString } from "../model/Entity.js"
import type { Sha256 } from "../object/Sha256.js"
import { decide, type EntityState, evolve, noEntity } from "./EntityState.js"
import { chainHash, type Envelope, genesis, type LoggedEvent, type LogHead } from "./Envelope.js"
import { newestSchema, type UpcasterChain, upcast } from "./Event.js"
import { encodeChange } from "./encodeChange.js"
import type { AppendRequest, Change, ReadOptions, Receipt } from "./Request.js"
import { requestHash } from "./requestHash.js"

interface Encoded {
  readonly change: Change
  readonly record: Uint8Array | null
}

interface Command {
  readonly commandId: string
  readonly actor: string
  readonly recordedAt: number
}

export interface MemoryLogOptions {
  readonly sha256: Sha256
  readonly actor: string
  /** What was written before, also by older programs. Default: nothing. */
  readonly events?: ReadonlyArray<LoggedEvent> | undefined
  /** How payloads of older schema versions become the newest. Default: the steps there are. */
  readonly upcasters?: UpcasterChain | undefined
}

/** The log of `EventLog.layerMemory`: the rules of an event log with nothing around them. */
export class MemoryLog {
  private events: ReadonlyArray<LoggedEvent>
  private commands: number
  private readonly receipts = new Map<string, { readonly request: string; readonly receipt: Receipt }>()

  constructor(private readonly options: MemoryLogOptions) {
    this.events = options.events ?? []
    this.commands = this.events.length
  }

  get head(): LogHead {
    const last = this.events.at(-1)
    return { position: last?.position ?? 0, chainHash: last?.chainHash ?? genesis }
  }

  read({ after = 0, limit = 1000 }: ReadOptions): ReadonlyArray<LoggedEvent> {
    return this.events.slice(after, after + limit)
  }

  state(key: EntityKey, position = Number.POSITIVE_INFINITY): EntityState {
    return this.events
      .filter((event) => event.subject === key.kind && event.id === key.id && event.position <= position)
      .reduce((state, { type, schema, payload }) => {
        return evolve(state, { type, payload: upcast(type, schema, payload, this.options.upcasters) })
      }, noEntity)
  }

  /** @throws VersionConflict | CommandReused | InvalidInput, and then nothing was written */
  append(request: AppendRequest, now: number): Receipt {
    const { sha256 } = this.options
    const encoded = request.changes.map((change) => ({ change, record: encodeChange(change, sha256).record }))
    const hash = toHex(requestHash(encoded, sha256))
    const earlier = request.commandId === undefined ? undefined : this.receipts.get(request.commandId)
    if (earlier !== undefined) {
      if (earlier.request !== hash) throw new CommandReused({ commandId: earlier.receipt.commandId })
      return { ...earlier.receipt, repeated: true }
    }
    const commandId = request.commandId ?? `memory-${this.commands + 1}`
    const actor = request.actor ?? this.options.actor
    const added = this.eventsFor(encoded, { commandId, actor, recordedAt: now })
    const receipt: Receipt = {
      commandId,
      first: added[0]?.position ?? 0,
      last: added.at(-1)?.position ?? 0,
      events: added.length,
      repeated: false
    }
    this.events = [...this.events, ...added]
    this.commands++
    if (request.commandId !== undefined) this.receipts.set(commandId, { request: hash, receipt })
    return receipt
  }

  /** What the changes need, one after another; writes nothing. */
  private eventsFor(encoded: ReadonlyArray<Encoded>, command: Command): ReadonlyArray<LoggedEvent> {
    const states = new Map<string, EntityState>()
    const added: Array<LoggedEvent> = []
    let { position, chainHash: previous } = this.head
    for (const { change, record } of encoded) {
      const { kind, id, expected } = change
      const key = keyString(kind, id)
      const state = states.get(key) ?? this.state(change)
      const event = decide(change, state, record, expected)
      if (event === undefined) continue
      const next = evolve(state, event)
      const { type, payload } = event
      position++
      const envelope: Envelope = {
        position,
        subject: kind,
        id,
        version: next.version,
        type,
        schema: newestSchema(type, this.options.upcasters),
        ...command
      }
      const payloadHash = this.options.sha256(payload)
      previous = chainHash(previous, envelope, payloadHash, this.options.sha256)
      added.push({ ...envelope, payload, payloadHash, chainHash: previous })
      states.set(key, next)
    }
    return added
  }
}
