/** What a push did, for people and for scripts. */
import { formatBackupSize } from "@white-room/core"
import type { PushReport } from "@white-room/vault"
import type { Outputs } from "../schema/outputs.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"

export type Pushed = Outputs["push"]["vaults"][number]

export const pushedJson = (name: string, report: PushReport): Pushed => ({
  name,
  line: report.line,
  segments: report.segments,
  events: report.events,
  bytes: report.bytes,
  position: report.position,
  ...(report.began !== undefined && { began: report.began }),
  ...(report.loss !== undefined && { [report.loss]: true }),
  ...(report.damaged.length > 0 && { damaged: report.damaged.map(({ kind, id }) => `${kind} ${id}`) })
})

const began = {
  first: "",
  copy: " This file is a copy, so it has a line of its own there.",
  diverged: " What is there went on without this file, so it began a line of its own there."
}

const losses = {
  missing: "lacked what was sent there before. It was sent again; later pushes look whether it stays.",
  rolledBack:
    "was rolled back or emptied: what was sent there before is gone. It was sent again. Find out who changed that place."
}

export const pushedText = (name: string, report: PushReport): ReadonlyArray<string> => [
  report.events === 0
    ? `${printable(name)} has everything, to @${report.position}.`
    : `${printable(name)}: ${count(report.events, "event")} sent, ${formatBackupSize(report.bytes)}.${report.began === undefined ? "" : began[report.began]}`,
  ...(report.loss === undefined ? [] : [`${printable(name)} ${losses[report.loss]}`]),
  ...(report.damaged.length > 0
    ? [
        `Damaged here, and so not there: ${report.damaged.map(({ kind, id }) => printable(`${kind} ${id}`)).join(", ")}.`
      ]
    : [])
]
