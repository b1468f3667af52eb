import { getHeapSpaceStatistics } from "node:v8"

/** How many bytes V8 has taken for what is new. */
export const newSpace = () =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space").space_size

/** How many bytes V8 takes for what is new when much is. */
export const newSpaceOfMuch = () => {
  const alive = []
  for (let round = 0; round < 2000; round++) alive[round % 24] = new Array(8000).fill(0.5)
  return newSpace()
}
