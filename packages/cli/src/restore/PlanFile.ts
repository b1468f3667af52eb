/** Plans kept in files: written by `--save-plan`, carried out by `--plan`. */
import { createHash } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import {
  decodePlan,
  encodePlan,
  fileErrorReason,
  planOfSaved,
  type RestorePlan,
  type SavedPlan,
  StorageFailed
} from "@white-room/core"
import * as Effect from "effect/Effect"
import { attempt, badUsage, type CliFailure, refusal } from "../error/CliError.js"

/** Never replaces a file. */
export const writePlan = (file: string, plan: SavedPlan): Effect.Effect<void, CliFailure> =>
  Effect.suspend(() => {
    try {
      writeFileSync(file, `${encodePlan(plan)}\n`, { flag: "wx" })
      return Effect.void
    } catch (error) {
      return Effect.fail(
        error instanceof Error && "code" in error && error.code === "EEXIST"
          ? badUsage(
              `${file} is there already and was left as it is.`,
              "Choose another file for --save-plan."
            )
          : new StorageFailed({ path: file, operation: "write", detail: fileErrorReason(error) })
      )
    }
  })

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest()

export interface PlanFile {
  readonly saved: SavedPlan
  readonly plan: RestorePlan
}

export const readPlan = (file: string): Effect.Effect<PlanFile, CliFailure> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(readFileSync(file, "utf8"))
    } catch (error) {
      return refusal(`The plan ${file} cannot be read: ${fileErrorReason(error)}.`, "Check the path.")
    }
  }).pipe(
    Effect.flatMap((text) =>
      attempt(() => {
        const saved = decodePlan(text)
        return { saved, plan: planOfSaved(saved, sha256) }
      })
    )
  )
