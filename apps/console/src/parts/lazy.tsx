import { type Signal, signal } from "@preact/signals"
import type { ComponentType } from "preact"
import { useEffect } from "preact/hooks"
import { Waiting, Wrong } from "./Parts.js"

/** A component whose code is loaded when it is first shown. */
export const lazy = <P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> => {
  const loaded: Signal<{ readonly Component: ComponentType<P> } | undefined> = signal(undefined)
  const trouble = signal<unknown>(undefined)
  const begin = () => {
    trouble.value = undefined
    load().then(
      (Component) => {
        loaded.value = { Component }
      },
      (error) => {
        trouble.value = error
      }
    )
  }
  return (props: P) => {
    useEffect(() => {
      if (loaded.value === undefined) begin()
    }, [])
    if (trouble.value !== undefined) return <Wrong error={trouble.value} again={begin} />
    if (loaded.value === undefined) return <Waiting />
    const { Component } = loaded.value
    return <Component {...props} />
  }
}
