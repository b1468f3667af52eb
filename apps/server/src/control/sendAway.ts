import { day } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { invite } from "./Invitations.js"
import { setErasure } from "./Leaving.js"
import type { KeptLibrary } from "./Libraries.js"

const leaveMs = 30 * day

/**
 * Sends a library away: nothing is pushed into it any more, an invitation lets it be taken home, and it is erased 30 days later, when that ends
 * too. Asked for again, the days begin again.
 */
export const sendAway = ({ id, name }: Pick<KeptLibrary, "id" | "name">, quota: number, actor: string) =>
  Effect.gen(function* () {
    const eraseAt = (yield* Clock.currentTimeMillis) + leaveMs
    yield* setErasure(id, eraseAt, actor)
    const guest = { name, libraries: [id], role: "teacher", sealed: false } as const
    const { code } = yield* invite({ ...guest, quota, accessDays: leaveMs / day, codeMs: leaveMs }, actor)
    return { code, eraseAt }
  })
