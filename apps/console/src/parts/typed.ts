import type { Signal } from "@preact/signals"

/** What makes a field hold a text, and the text what is typed there. */
export const typed = (value: Signal<string>) => ({
  value: value.value,
  onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
    value.value = currentTarget.value
  }
})
