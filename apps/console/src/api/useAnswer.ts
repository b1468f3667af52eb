import { useEffect, useRef, useState } from "preact/hooks"
import { live } from "./Live.js"
import { noteTrouble } from "./noteTrouble.js"

export type Loaded<A> =
  | { readonly _tag: "Loading"; readonly value?: A }
  | { readonly _tag: "Loaded"; readonly value: A }
  | { readonly _tag: "Failed"; readonly error: unknown; readonly value?: A }

/**
 * What `ask` answers, asked again when `key` changes or the library does. While it is asked again the answer before stays;
 * with another key it does not. A key of `undefined` asks nothing.
 */
export const useAnswer = <A>(
  key: string | undefined,
  ask: (signal: AbortSignal) => Promise<A>
): Loaded<A> & { readonly again: () => void } => {
  const [loaded, setLoaded] = useState<{ readonly key: string | undefined; readonly now: Loaded<A> }>({
    key: undefined,
    now: { _tag: "Loading" }
  })
  const [turn, setTurn] = useState(0)
  const latest = useRef(ask)
  latest.current = ask
  const changes = live.changes.value
  // What `ask` reads is named by the key; turns and changes ask again
  useEffect(() => {
    if (key === undefined) return
    const abort = new AbortController()
    const settle = (now: (before: Loaded<A>) => Loaded<A>) => {
      if (abort.signal.aborted) return
      setLoaded((before) => ({ key, now: now(before.key === key ? before.now : { _tag: "Loading" }) }))
    }
    latest.current(abort.signal).then(
      (value) => settle(() => ({ _tag: "Loaded", value })),
      (error) => {
        if (abort.signal.aborted) return
        noteTrouble(error)
        settle((before) => ({
          _tag: "Failed",
          error,
          ...(before.value !== undefined && { value: before.value })
        }))
      }
    )
    return () => abort.abort()
  }, [key, turn, changes])
  const now: Loaded<A> = loaded.key === key ? loaded.now : { _tag: "Loading" }
  return { ...now, again: () => setTurn((before) => before + 1) }
}
