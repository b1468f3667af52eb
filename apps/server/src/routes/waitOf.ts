/** Seconds that a question waits for a library that is being made ready, unless it says otherwise. */
const usualWait = 2
const longestWait = 30

/** How long a question waits, by its `Prefer: wait=30`, in milliseconds. */
export const waitOf = (prefer: string | undefined): number => {
  const wanted = /(?:^|[,;\s])wait=(\d{1,6})(?:$|[,;\s])/.exec(prefer ?? "")?.[1]
  return Math.min(wanted === undefined ? usualWait : Number(wanted), longestWait) * 1000
}
