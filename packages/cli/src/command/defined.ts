type Optional<A> = {
  readonly [K in keyof A as undefined extends A[K] ? K : never]?: Exclude<A[K], undefined>
}
type Required<A> = { readonly [K in keyof A as undefined extends A[K] ? never : K]: A[K] }

/** The object without the fields that are `undefined`: optional fields of our models are absent, not undefined. */
export const defined = <const A extends object>(object: A): Optional<A> & Required<A> =>
  // What was left out is exactly what the type leaves out.
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Optional<A> &
    Required<A>
