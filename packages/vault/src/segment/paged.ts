import { indexPage } from "./Segment.js"

/** Cuts a list into pages of 64 KiB at most, by about how many bytes each of it takes. */
export function* paged<A>(all: ReadonlyArray<A>, weight: (each: A) => number): Generator<ReadonlyArray<A>> {
  let page: Array<A> = []
  let size = 0
  for (const each of all) {
    if (page.length > 0 && size + weight(each) > indexPage) {
      yield page
      page = []
      size = 0
    }
    page.push(each)
    size += weight(each)
  }
  if (page.length > 0) yield page
}
