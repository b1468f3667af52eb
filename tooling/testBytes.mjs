// `toEqual` walks through bytes one by one, in objects too: for a file of some KiB that takes as long as a test. Node does it at once.
import { expect } from "vitest"

expect.addEqualityTesters([
  (one, other) =>
    one instanceof Uint8Array && other instanceof Uint8Array && one.constructor === other.constructor
      ? Buffer.compare(one, other) === 0
      : undefined
])
