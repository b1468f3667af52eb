import { chainHash, equalBytes, malformed } from "@white-room/core"
import { type EventRun, eventType, sha256 } from "@white-room/store/transfer"

/** A run of events whose chain leads from the hash before it to the one after it. @throws MalformedData for any other */
export const checkRun = (run: EventRun): EventRun => {
  const commands = new Map(run.commands.map((command) => [command.number, command]))
  let chain = run.before
  for (const [
    index,
    { command: number, subject, id, version, type, schema, payload }
  ] of run.events.entries()) {
    const command = commands.get(number)
    if (command === undefined) throw malformed("event", `the command of @${run.first + index} is missing`)
    const { commandId, actor, recordedAt } = command
    const envelope = {
      position: run.first + index,
      subject,
      id,
      version,
      type: eventType(type),
      schema,
      commandId,
      actor,
      recordedAt
    }
    chain = chainHash(chain, envelope, sha256(payload), sha256)
  }
  if (run.after !== undefined && !equalBytes(run.after, chain))
    throw malformed("event", `those from @${run.first} on are not as they were written`)
  return run
}
