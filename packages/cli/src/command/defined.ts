/** The object without the fields that are `undefined`: optional fields of our models are absent, not undefined. */
export const defined = <A extends object>(
  object: A
): { readonly [K in keyof A]?: Exclude<A[K], undefined> } =>
  // What was left out is exactly what the type leaves out.
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof A]?: Exclude<A[K], undefined>
  }
