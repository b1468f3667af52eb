/** What was used last, as far as it fits: the rest is forgotten, what was not used for longest first. */
export class Recent<Value> {
  private readonly values = new Map<string, { readonly value: Value; readonly weight: number }>()
  private weight = 0

  constructor(private readonly mostWeight: number) {}

  get(key: string): Value | undefined {
    const found = this.values.get(key)
    if (found === undefined) return undefined
    this.values.delete(key)
    this.values.set(key, found)
    return found.value
  }

  set(key: string, value: Value, weight: number): void {
    this.delete(key)
    this.values.set(key, { value, weight })
    this.weight += weight
    for (const oldest of this.values.keys()) {
      if (this.weight <= this.mostWeight) return
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    const found = this.values.get(key)
    if (found === undefined) return
    this.values.delete(key)
    this.weight -= found.weight
  }

  /** Forgets all of which this holds. */
  deleteWhere(isGone: (value: Value) => boolean): void {
    for (const [key, { value }] of this.values) if (isGone(value)) this.delete(key)
  }
}
