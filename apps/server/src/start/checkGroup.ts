import { InvalidInput } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Group } from "../api/Model.js"

const isGroup = Schema.is(Group)

/** A group as it may be called. */
export const checkGroup = (group: string) =>
  group === "" || isGroup(group)
    ? Effect.void
    : Effect.fail(
        new InvalidInput({
          field: "group",
          reason: "a group is called by up to 40 letters, digits, spaces and . _ -"
        })
      )
