import {
  type BackupInfo,
  defaultRetentionPolicy,
  describePolicy,
  type RetentionPolicy,
  type WhiteRoomError
} from "@white-room/core"
import { backupJson, type RetentionPreview } from "@white-room/core/output"
import { findState, policyOf } from "@white-room/scheduler"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Question } from "./Question.js"

type Asked = Extract<Question, { readonly _tag: "Retention" }>

/** What is looked at: the rules, and whose backups they are about. */
const wanted = (library: Library, { profile: name, rules }: Asked) =>
  Effect.gen(function* () {
    const isNamed = Object.values(rules).some((count) => (count ?? 0) > 0)
    if (name === undefined) return { policy: isNamed ? rules : defaultRetentionPolicy }
    const { profile } = yield* findState(library, name)
    return { policy: isNamed ? rules : policyOf(profile), profile: name, zone: profile.zone }
  })

/** What pruning by these rules would do now, and why. Writes nothing. */
export const retentionOf = (
  library: Library,
  asked: Asked
): Effect.Effect<typeof RetentionPreview.Encoded, WhiteRoomError> =>
  Effect.gen(function* () {
    const options: { readonly policy: RetentionPolicy } = yield* wanted(library, asked)
    const report = yield* library.upkeep.prune({ ...options, dryRun: true })
    const backups = new Map<string, BackupInfo>(
      (yield* library.backups.list()).map((backup) => [backup.backupId, backup])
    )
    return {
      rules: describePolicy(options.policy),
      profiles: (yield* library.schedule.profiles).map(({ name }) => name),
      decisions: report.decisions.flatMap(({ id, keep, reasons }) => {
        const backup = backups.get(id)
        if (backup === undefined) return []
        const { number, timestamp, description } = backup
        return [{ backupId: id, number, timestamp: timestamp.toISOString(), description, keep, reasons }]
      }),
      expiring: report.expired.map(backupJson),
      lastCopies: report.lastCopies,
      ...{ paused: report.paused, zone: report.zone }
    }
  })
