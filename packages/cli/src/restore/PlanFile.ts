/** Plans kept in files: written by `--save-plan`, carried out by `--plan`. */
import { createHash } from "node:crypto"
import {
  bounds,
  decodePlan,
  encodePlan,
  fileErrorReason,
  isWhiteRoomError,
  planOfSaved,
  type RestorePlan,
  type SavedPlan,
  StorageFailed
} from "@white-room/core"
import * as Effect from "effect/Effect"
import { loadStore } from "../command/Load.js"
import { attempt, badUsage, type CliFailure, refusal } from "../error/CliError.js"

/** Never replaces a file. A plan has names of songs: who may not read the library may not read it. */
export const writePlan = (file: string, plan: SavedPlan, library: string): Effect.Effect<void, CliFailure> =>
  Effect.flatMap(loadStore, ({ writeNewFile }) =>
    Effect.try({
      try: () => writeNewFile(file, Buffer.from(`${encodePlan(plan)}\n`), { readers: { of: library } }),
      catch: (error) =>
        isWhiteRoomError(error) && error._tag === "FileExists"
          ? badUsage(
              `${file} is there already and was left as it is.`,
              "Choose another file for --save-plan."
            )
          : new StorageFailed({ path: file, operation: "write", detail: fileErrorReason(error) })
    })
  )

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest()

export interface PlanFile {
  readonly saved: SavedPlan
  readonly plan: RestorePlan
}

export const readPlan = (file: string): Effect.Effect<PlanFile, CliFailure> =>
  Effect.flatMap(loadStore, ({ readWhole }) => {
    let bytes: Buffer
    try {
      bytes = readWhole(file, bounds.planBytes)
    } catch (error) {
      return refusal(`The plan ${file} cannot be read: ${fileErrorReason(error)}.`, "Check the path.")
    }
    return attempt(() => {
      const saved = decodePlan(bytes.toString("utf8"))
      return { saved, plan: planOfSaved(saved, sha256) }
    })
  })
