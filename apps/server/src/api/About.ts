/** What is said of each thing that goes wrong: what happened, what is unharmed, what to do. Nothing of a request is repeated. */
export interface About {
  readonly status: number
  readonly detail: string
  readonly recovery: string
  /** Seconds after which it may be asked again, where that is not at once. */
  readonly retryAfter?: number
}
