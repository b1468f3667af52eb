import { errorCode } from "@white-room/core"

/** What comes of the file system; `undefined` where it fails with one of these codes. */
export const orUndefined = async <A>(
  codes: ReadonlyArray<string>,
  body: () => Promise<A>
): Promise<A | undefined> => {
  try {
    return await body()
  } catch (error) {
    if (codes.includes(errorCode(error))) return undefined
    throw error
  }
}
