/** A stream of bytes that is read in amounts of the reader's choice; holds one amount and one chunk of the stream. */
export class ByteSource {
  private held: Buffer = Buffer.alloc(0)
  private readonly chunks: AsyncIterator<Uint8Array>

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.chunks = chunks[Symbol.asyncIterator]()
  }

  /** Exactly `amount` bytes, fewer only at the end. They are the caller's. */
  async read(amount: number): Promise<Uint8Array> {
    const parts = [this.held]
    let length = this.held.length
    while (length < amount) {
      const { done, value } = await this.chunks.next()
      if (done === true) break
      parts.push(Buffer.from(value.buffer, value.byteOffset, value.length))
      length += value.length
    }
    const bytes = Buffer.concat(parts)
    this.held = bytes.subarray(amount)
    return bytes.subarray(0, amount)
  }

  /** Gives bytes back, to be read again first. */
  unread(bytes: Uint8Array): void {
    this.held = Buffer.concat([bytes, this.held])
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await this.chunks.return?.()
  }
}
