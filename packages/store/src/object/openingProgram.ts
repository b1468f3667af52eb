/**
 * What the thread of `OpenAhead` runs. It is a text, because a bundle has no file of it, and needs nothing of ours, so that
 * it begins in some 30 ms. It takes the oldest block that waits, but for the one that is wanted next, until it is told to end.
 */
export const openingProgram = `
const { workerData: { shared, places, room } } = require("node:worker_threads")
const { brotliDecompressSync, constants } = require("node:zlib")
const numbers = new Int32Array(shared, 0, 4 + 6 * places)
const input = (place) => new Uint8Array(shared, numbers.byteLength + 2 * place * room, room)
const output = (place) => new Uint8Array(shared, numbers.byteLength + (2 * place + 1) * room, room)
const open = (place) => {
  const at = 4 + 6 * place
  const [stored, limit, cut, , from] = numbers.subarray(at + 1, at + 6)
  try {
    const body = brotliDecompressSync(input(place).subarray(from, from + stored), {
      ...(cut === 1 && { finishFlush: constants.BROTLI_OPERATION_FLUSH }),
      chunkSize: limit + 64,
      maxOutputLength: limit
    })
    output(place).set(body)
    numbers[at + 4] = body.length
    return 3
  } catch {
    return 4
  }
}
let next = 0
while (Atomics.load(numbers, 0) === 0) {
  const told = Atomics.load(numbers, 1)
  let found = false
  for (let turn = 0; turn < places && !found; turn++) {
    const place = (next + turn) % places
    const at = 4 + 6 * place
    if (place === Atomics.load(numbers, 2)) continue
    if (Atomics.compareExchange(numbers, at, 1, 2) !== 1) continue
    found = true
    next = (place + 1) % places
    Atomics.store(numbers, at, open(place))
    Atomics.notify(numbers, at)
  }
  if (!found) Atomics.wait(numbers, 1, told)
}
`
