import type { SqlClient } from "@effect/sql/SqlClient"
import type { WhiteRoomError } from "@white-room/core"
import * as Layer from "effect/Layer"
import type { ControlAt } from "../control/Database.js"
import { layerControl } from "../control/layerControl.js"
import { bind } from "./Binding.js"
import { notReadable } from "./notReadable.js"

/** The control database of a data folder and of what keeps its files: the one of this server, and no other. */
export const controlHere = (
  data: string,
  at: ControlAt,
  blobs: string | undefined
): Layer.Layer<SqlClient, WhiteRoomError> =>
  Layer.effectDiscard(bind(data, at, blobs)).pipe(
    Layer.provideMerge(layerControl(at)),
    Layer.mapError((error) => (error._tag === "SqlError" ? notReadable(data, at, error) : error))
  )
