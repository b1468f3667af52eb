/**
 * Runs of events in a segment: `[chain hash before, chain hash after, first, [command …], [event …]]`, where a command is
 * `[number, id, request hash or nil, actor, time, first, last]` and an event names its command by its place in that list.
 */
import { isCount, MalformedData, MessagePack, malformed, subjects } from "@white-room/core"
import type { EventRun, LoggedCommand, PlainEvent } from "@white-room/store/transfer"

const { bytes, count, decode, encode, text } = MessagePack

const bad = (reason: string) => malformed("segment", reason)

const commandFields = (command: LoggedCommand): MessagePack.Value => [
  count(command.number),
  text(command.commandId),
  command.requestHash === undefined ? null : bytes(command.requestHash),
  text(command.actor),
  count(command.recordedAt),
  count(command.first),
  count(command.last)
]

/** The body of a frame of events. @throws MalformedData for a run that names a command it lacks */
export const encodeRun = ({ before, after, first, commands, events }: EventRun): Uint8Array => {
  const places = new Map(commands.map(({ number }, place) => [number, place]))
  const placeOf = (command: number): number => {
    const place = places.get(command)
    if (place === undefined) throw bad("the command of an event is missing")
    return place
  }
  return encode([
    bytes(before),
    bytes(after ?? before),
    count(first),
    commands.map(commandFields),
    events.map((event) => [
      count(placeOf(event.command)),
      subjects.indexOf(event.subject),
      text(event.id),
      count(event.version),
      text(event.type),
      count(event.schema),
      bytes(event.payload)
    ])
  ])
}

const readCommand = (fields: MessagePack.Fields): LoggedCommand => ({
  number: fields.count(),
  commandId: fields.text(),
  requestHash: fields.maybeBytes()?.slice(),
  actor: fields.text(),
  recordedAt: fields.time(),
  first: fields.count(),
  last: fields.count()
})

/** An event of a damaged run; `undefined` for one that is not sound. */
const readSound = (
  fields: MessagePack.Fields,
  commands: ReadonlyArray<LoggedCommand>
): PlainEvent | undefined => {
  try {
    return readEvent(fields, commands)
  } catch (error) {
    if (!(error instanceof MalformedData)) throw error
    // What is left of it is read as well, whatever it is.
    fields.skip()
    return undefined
  }
}

const readEvent = (fields: MessagePack.Fields, commands: ReadonlyArray<LoggedCommand>): PlainEvent => {
  const command = commands[fields.count()]
  const subject = subjects[fields.count()]
  if (command === undefined || subject === undefined) throw bad("an event is of no known command or subject")
  return {
    command: command.number,
    subject,
    id: fields.text(),
    version: fields.count(),
    type: fields.text(),
    schema: fields.count(),
    payload: fields.bytes().slice()
  }
}

/**
 * The events of a damaged run up to the first that cannot be read; `undefined`: not even its commands can. Nothing proves that
 * they are as they were written, and so it does not say where it leads.
 */
export const decodeDamagedRun = (body: Uint8Array): EventRun | undefined => {
  try {
    return decode(MessagePack.soundBeginning(body, "segment"), "segment", (fields) => {
      const before = fields.hash().slice()
      fields.hash()
      const first = fields.count()
      const commands = fields.list((list) => list.rest((each) => each.list(readCommand)))
      const read = fields.list((list) =>
        list.rest((each) => each.list((event) => readSound(event, commands)))
      )
      const end = read.indexOf(undefined)
      const events = read.slice(0, end < 0 ? read.length : end).filter((event) => event !== undefined)
      return events.length === 0 || !isCount(first + events.length)
        ? undefined
        : { before, after: undefined, first, commands, events }
    })
  } catch (error) {
    if (error instanceof MalformedData) return undefined
    throw error
  }
}

/** @throws MalformedData */
export const decodeRun = (body: Uint8Array): EventRun =>
  decode(body, "segment", (fields) => {
    const before = fields.hash().slice()
    const after = fields.hash().slice()
    const first = fields.count()
    const commands = fields.list((list) => list.rest((each) => each.list(readCommand)))
    const events = fields.list((list) =>
      list.rest((each) => each.list((event) => readEvent(event, commands)))
    )
    if (!isCount(first + events.length)) throw bad("its positions do not fit")
    return { before, after, first, commands, events }
  })
