import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8"

/** Two halves of 4 MB: what V8 has at most for values that are new. It would take 32 MB (Node 20) and more. */
const mostBytes = 8 * 1024 * 1024

/** Two halves of 1 MB: what a process begins with. */
const firstBytes = 2 * 1024 * 1024

const newSpace = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_size ?? 0

/**
 * V8 takes the option that says so only when a process starts, and this one at any time: it grows once, to the size that
 * is wanted, and then no more. Takes some 2 ms; where it does not grow, nothing is changed.
 */
const boundNewSpace = (): void => {
  if (newSpace() > firstBytes) return
  setFlagsFromString(`--semi-space-growth-factor=${mostBytes / firstBytes}`)
  const alive: Array<Array<number>> = []
  for (let round = 0; round < 100 && newSpace() <= firstBytes; round++)
    alive[round % 24] = new Array<number>(8000).fill(0.5)
  setFlagsFromString(`--semi-space-growth-factor=${newSpace() > firstBytes ? 1 : 2}`)
}

/**
 * Lets V8 use less memory, as far as that takes no time (all measured on 2026-11-29 and 30 with 100,000 songs).
 *
 * - For what is new: until a half of that is full, buffers that nobody needs any more stay where they are, and reading and
 *   writing songs makes them faster than anything else. An import needs 264 MB at most and 346 without. With less than 4
 *   MB a half, what is soon not needed is taken for old, and then it is more again.
 * - For what is old: it is looked through when there are 50 percent more than was left the last time, and not four times
 *   as much. A full check needs some 240 MB, and without this 264 to 312, as busy as the machine is.
 *
 * A push holds little at a time for long: with 20 percent and halves of 1 MB it needs some 150 MB, with those of others 225, with
 * 20 percent and halves of 4 MB 160. A server begins with those of 4 MB, as to begin makes much that is new, and has those of 1 MB
 * later: V8 takes the others back as soon as nobody asks for a while.
 *
 * A thread that begins makes V8 forget how far the first may grow, which may then take 32 MB: threads of this program say it again,
 * before anything else (`build.mjs`).
 */
export const boundHeap = (words: ReadonlyArray<string>): void => {
  const isPush = words.includes("push")
  setFlagsFromString(`--heap-growing-percent=${isPush ? 20 : 50}`)
  if (isPush) setFlagsFromString("--semi-space-growth-factor=1")
  else boundNewSpace()
}
