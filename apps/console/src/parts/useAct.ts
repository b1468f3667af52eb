import { type Signal, useSignal } from "@preact/signals"
import { live } from "../api/Live.js"

export interface Acting {
  readonly isBusy: Signal<boolean>
  readonly trouble: Signal<unknown>
  /** Does one thing at a time. What went wrong is in `trouble`, and what was typed stays; what is shown is asked for again. */
  readonly act: (work: () => Promise<void>) => Promise<void>
}

export const useAct = (): Acting => {
  const isBusy = useSignal(false)
  const trouble = useSignal<unknown>(undefined)
  const act = async (work: () => Promise<void>): Promise<void> => {
    if (isBusy.peek()) return
    isBusy.value = true
    trouble.value = undefined
    try {
      await work()
    } catch (error) {
      trouble.value = error
    }
    isBusy.value = false
    live.wake()
  }
  return { isBusy, trouble, act }
}
