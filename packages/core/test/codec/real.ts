import { addExtension } from "msgpackr/pack"
import type { Value } from "../../src/codec/MessagePack.js"

class Real {
  constructor(readonly value: number) {}
}

addExtension({
  Class: Real,
  type: 0x100,
  pack: ({ value }, allocate) => {
    const { target, targetView, position } = allocate(9)
    target[position] = 0xcb
    targetView.setFloat64(position + 1, value)
  }
})

/** A float64 for msgpackr to write, whatever its value: a number that is whole it writes as an integer, and -0 as 0. */
export const real = (value: number): Value => new Real(value) as unknown as Value
