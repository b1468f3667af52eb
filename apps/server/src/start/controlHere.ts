import type { SqlClient } from "@effect/sql/SqlClient"
import type { ServerNotStarted, StorageFailed } from "@white-room/core"
import * as Layer from "effect/Layer"
import type { ControlAt, ControlError } from "../control/Database.js"
import { layerControl } from "../control/layerControl.js"
import { bindData } from "./DataFolder.js"

/** The control database of a data folder: the one of this server, and no other. */
export const controlHere = (
  data: string,
  at: ControlAt
): Layer.Layer<SqlClient, ServerNotStarted | StorageFailed | ControlError> =>
  (at._tag === "File" ? Layer.empty : Layer.effectDiscard(bindData(data))).pipe(
    Layer.provideMerge(layerControl(at))
  )
