/** What a language must say: texts where the other has texts. */
export type Loosened<T> = T extends string
  ? string
  : T extends (...args: infer Args) => string
    ? (...args: Args) => string
    : { readonly [K in keyof T]: Loosened<T[K]> }
