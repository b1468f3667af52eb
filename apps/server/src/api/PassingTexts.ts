/** What is said of a thing that goes wrong: what happened, what is unharmed, what to do. Nothing of a request is repeated. */
export interface About {
  readonly status: number
  readonly detail: string
  readonly recovery: string
  /** Seconds after which it may be asked again, where that is not at once. */
  readonly retryAfter?: number
}

/** What is said of things that pass: the same request may succeed in a moment. */
export const passing = {
  Busy: {
    status: 503,
    detail: "Another program writes this library at the moment. Nothing was changed.",
    recovery: "Try again in a moment, with the same `Idempotency-Key`."
  },
  Stopping: {
    status: 503,
    retryAfter: 5,
    detail: "The server is stopping or starting. Nothing was changed.",
    recovery: "Try again in a moment."
  },
  Moving: {
    status: 503,
    detail: "Another server looks after this library from now on. What you asked for may be done.",
    recovery: "Try again in a moment, with the same Idempotency-Key: it is done once."
  },
  CutOff: {
    status: 503,
    detail: "The server ended before this had ended. What was half done is undone.",
    recovery: "Ask for it again, with the same `Idempotency-Key` where it had one: nothing is done twice."
  },
  DatabaseAway: {
    status: 503,
    retryAfter: 5,
    detail: "The control database of the server cannot be reached now. What you asked for may be done.",
    recovery: "Try again in a moment, with the same Idempotency-Key where there is one: it is done once."
  },
  FilesAway: {
    status: 503,
    retryAfter: 30,
    detail:
      "The files of this library cannot be reached now, or are just being put there. Nothing was changed.",
    recovery: "Try again in a moment."
  },
  NotKeptYet: {
    status: 503,
    retryAfter: 5,
    detail:
      "It was written, and could not be put into the bucket of the server yet, which is tried again by itself: it may be lost until then.",
    recovery: "Ask again with the same Idempotency-Key, or look which version there is."
  },
  MirrorBehind: {
    status: 503,
    retryAfter: 30,
    detail:
      "It is done here and counts from now on. The mirror of the server could not be told: a server rebuilt from it now would not know.",
    recovery: "Ask for the same again until it succeeds. Those who run the server should look at the mirror."
  }
} as const satisfies Readonly<Record<string, About>>
