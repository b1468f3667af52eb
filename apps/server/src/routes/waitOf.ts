/** Seconds that a question waits for a library that is being made ready, unless it says otherwise. */
const usualWait = 2
const longestWait = 30

/** A connection on which nothing moves for 30 s is ended: the answer comes before that. */
const mostMs = 28_000

/** How long a question waits, by its `Prefer: wait=30`, in milliseconds. */
export const waitOf = (prefer: string | undefined): number => {
  const wanted = /(?:^|[,;\s])wait=(\d{1,6})(?:$|[,;\s])/.exec(prefer ?? "")?.[1]
  const seconds = Math.min(wanted === undefined ? usualWait : Number(wanted), longestWait)
  return Math.min(seconds * 1000, mostMs)
}
