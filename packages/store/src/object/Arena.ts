const chunkBytes = 1024 * 1024

/** Bytes of any number, one after another; none is moved when more come. */
export class Arena {
  readonly chunks: Array<Buffer> = []
  private used = chunkBytes

  /** Room for so many bytes, and where it is. */
  take(length: number): readonly [chunk: number, offset: number, bytes: Buffer] {
    if (this.used + length > (this.chunks.at(-1)?.length ?? 0)) {
      this.chunks.push(Buffer.allocUnsafeSlow(Math.max(chunkBytes, length)))
      this.used = 0
    }
    const [chunk, offset] = [this.chunks.length - 1, this.used]
    this.used += length
    return [chunk, offset, this.at(chunk, offset, length)]
  }

  at(chunk: number, offset: number, length: number): Buffer {
    return (this.chunks[chunk] ?? Buffer.alloc(0)).subarray(offset, offset + length)
  }
}
