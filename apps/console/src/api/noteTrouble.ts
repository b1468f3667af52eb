import { Refusal, Unreachable } from "./Client.js"
import { live } from "./Live.js"

/** Tells what follows for the whole page from what went wrong with a request: nobody is there, or nobody is signed in. */
export const noteTrouble = (error: unknown): void => {
  if (error instanceof Unreachable) live.lost()
  if (error instanceof Refusal && error.problem.type === "NotSignedIn") live.revoked()
}
