/** Work that one comparison may still spend on exact alignments; what comes after is aligned roughly. */
export interface Budget {
  cells: number
}

/** Enough for two lists of 2,000 values without a common beginning or end, some 20 ms. */
export const freshBudget = (): Budget => ({ cells: 4_000_000 })

/**
 * Pairs equal values of two lists in order: for each element of `after` the index in `before`, or -1. The longest
 * common subsequence while the budget lasts; then the longest rising run of the k-th occurrences, in n log n.
 */
export const alignValues = (before: Int32Array, after: Int32Array, budget: Budget): Int32Array => {
  const cells = (before.length + 1) * (after.length + 1)
  if (cells > budget.cells) return keepRising(pairOccurrences(before, after))
  budget.cells -= cells
  return longestCommon(before, after)
}

const longestCommon = (before: Int32Array, after: Int32Array): Int32Array => {
  const width = after.length + 1
  const lengths = new Uint32Array((before.length + 1) * width)
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const source = new Int32Array(after.length).fill(-1)
  let i = 0
  let j = 0
  while (i < before.length && j < after.length) {
    if (before[i] === after[j]) source[j++] = i++
    else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
  return source
}

const pairOccurrences = (before: Int32Array, after: Int32Array): Int32Array => {
  const queues = new Map<number, { readonly indices: Array<number>; next: number }>()
  before.forEach((id, index) => {
    const queue = queues.get(id)
    if (queue) queue.indices.push(index)
    else queues.set(id, { indices: [index], next: 0 })
  })
  return after.map((id) => {
    const queue = queues.get(id)
    return queue?.indices[queue.next++] ?? -1
  })
}

const keepRising = (source: Int32Array): Int32Array => {
  const stays = risingRun(source)
  return source.map((from, index) => (stays[index] === 1 ? from : -1))
}

/**
 * Marks a longest strictly rising run of the indices in `source` (-1 is none): what is paired outside it has
 * moved. In n log n.
 */
export const risingRun = (source: Int32Array): Uint8Array => {
  const tails: Array<number> = []
  const previous = new Int32Array(source.length).fill(-1)
  source.forEach((from, index) => {
    if (from < 0) return
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((source[tails[middle] ?? 0] ?? 0) < from) low = middle + 1
      else high = middle
    }
    previous[index] = tails[low - 1] ?? -1
    tails[low] = index
  })
  const stays = new Uint8Array(source.length)
  for (let index = tails.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) stays[index] = 1
  return stays
}
