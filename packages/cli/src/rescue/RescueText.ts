/** What `rescue` found, in words and for scripts. */
import { versionJson } from "@white-room/core/output"
import { type OldVersion, whenAndBy } from "../restore/OldVersions.js"
import type { Outputs } from "../schema/outputs.js"
import { printable } from "../terminal/Harmless.js"
import { phrases } from "../terminal/Text.js"
import type { Missing } from "./Missing.js"

const restoreCommand = ({ kind, id }: Missing, { version }: OldVersion): string =>
  `whiteroom restore --${kind} ${id} --version ${version}`

export const missingJson = (missing: Missing): Outputs["rescue"][number] => ({
  kind: missing.kind,
  id: missing.id,
  name: missing.name,
  formerly: missing.formerly,
  deleted: missing.last.deleted,
  last: versionJson(missing.last),
  versions: missing.versions.map((version) => ({
    ...versionJson(version),
    brings: version.brings ?? null,
    restore: restoreCommand(missing, version)
  }))
})

const lineOf = ({ kind, name, formerly, last, versions }: Missing, now: Date): string => {
  const title = `${printable(name === "" ? "(no name)" : name)}${kind === "performance" ? " (performance)" : ""}`
  const was = formerly === undefined ? "" : `, once ${printable(formerly)}`
  const isOnlyKept = last.position === 0 && !last.deleted
  const happened = last.deleted ? "deleted" : versions.length === 0 ? "made" : isOnlyKept ? "kept" : "changed"
  const what = last.deleted || versions.length === 0 ? "" : `: ${phrases(last.changes, 3)}`
  return `${title}${was}\n     ${happened} ${whenAndBy(last, now, " by ")}${what}`
}

/** One of them for each number. */
export const missingText = (found: ReadonlyArray<Missing>, now: Date): string =>
  found.map((missing, at) => `${String(at + 1).padStart(3)}  ${lineOf(missing, now)}`).join("\n")
