import { indexPage, keyBytes } from "./Segment.js"

/** Bytes of a place: its key and the number of a frame. */
export const placeBytes: number = keyBytes + 4

/** Where what has a key lies, as many as there are: 20 bytes each. */
export class PlaceTable {
  private bytes = Buffer.alloc(64 * placeBytes)
  private used = 0

  /** Adds a place. Keys are of `keyBytes` bytes. */
  add(key: Uint8Array, frame: number): void {
    if (this.used === this.bytes.length) this.bytes = Buffer.concat([this.bytes], 2 * this.used)
    this.bytes.set(key, this.used)
    this.bytes.writeUInt32BE(frame, this.used + keyBytes)
    this.used += placeBytes
  }

  /** All of them in order of keys and frames, in pages of the index. */
  *pages(): Generator<{ readonly from: Uint8Array; readonly page: Uint8Array }> {
    const { bytes } = this
    const order = Uint32Array.from({ length: this.used / placeBytes }, (_, index) => index * placeBytes)
    order.sort((a, b) => bytes.compare(bytes, b, b + placeBytes, a, a + placeBytes))
    const perPage = Math.floor(indexPage / placeBytes)
    for (let from = 0; from < order.length; from += perPage) {
      const places = order.subarray(from, from + perPage)
      const page = Buffer.alloc(places.length * placeBytes)
      for (const [index, at] of places.entries()) bytes.copy(page, index * placeBytes, at, at + placeBytes)
      yield { from: page.subarray(0, keyBytes), page }
    }
  }
}
