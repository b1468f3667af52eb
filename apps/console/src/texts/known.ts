/** What a name stands for; `undefined` where it is not among them. */
export const known = <A>(all: Readonly<Record<string, A>>, name: string): A | undefined =>
  Object.hasOwn(all, name) ? all[name] : undefined
