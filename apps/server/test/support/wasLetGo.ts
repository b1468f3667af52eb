import type { ClientRequest } from "node:http"
import { errorCode } from "@white-room/core"

/** Whether a connection that was kept was let go by the server in the moment in which it was used again: then a client asks again. */
export const wasLetGo = ({ reusedSocket }: ClientRequest, error: unknown): boolean =>
  reusedSocket && ["ECONNRESET", "EPIPE"].includes(errorCode(error))
