import * as Cause from "effect/Cause"

/** The text of what nobody foresaw, for the log: where it happened, without what was in it. */
export const faultText = (cause: Cause.Cause<unknown>): string =>
  Cause.prettyErrors(cause)
    .map(({ name, stack }) => `${name} ${(stack ?? "").split("\n").slice(1, 6).join(" ").trim()}`)
    .join("; ")
    .slice(0, 2000)
