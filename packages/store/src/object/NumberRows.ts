/** Rows of a few numbers, in the memory that the numbers take: for tables of every song there is. */
export class NumberRows<Width extends number> {
  private values = new Float64Array(0)
  private used = 0

  constructor(private readonly width: Width) {}

  get length(): number {
    return this.used / this.width
  }

  add(row: ReadonlyArray<number> & { readonly length: Width }): void {
    if (this.used + this.width > this.values.length) {
      const more = new Float64Array(Math.max(64 * this.width, 2 * this.values.length))
      more.set(this.values)
      this.values = more
    }
    this.values.set(row, this.used)
    this.used += this.width
  }

  /** The number of a row in a column; 0 past the last. */
  at(row: number, column: number): number {
    return this.values[row * this.width + column] ?? 0
  }

  /** The rows by the numbers of some columns, the lowest first or the highest; those that are alike as they came. */
  sorted(...by: ReadonlyArray<readonly [column: number, order: "ascending" | "descending"]>): Uint32Array {
    return Uint32Array.from({ length: this.length }, (_, row) => row).sort((a, b) => {
      for (const [column, order] of by) {
        const difference = this.at(a, column) - this.at(b, column)
        if (difference !== 0) return order === "ascending" ? difference : -difference
      }
      return a - b
    })
  }
}
