/** A failure, what caused it, what caused that … */
export function* causesOf(error: unknown): Generator<object> {
  for (let each = error; typeof each === "object" && each !== null; ) {
    yield each
    each = "cause" in each ? each.cause : undefined
  }
}
