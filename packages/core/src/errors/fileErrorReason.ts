import { errorCode } from "./errorCode.js"

const reasons: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file or folder"],
  ["EEXIST", "there is a file in its place"],
  ["ENOTDIR", "there is a file in its place"],
  ["EACCES", "it may not be read"],
  ["EPERM", "it may not be read"],
  ["EROFS", "its disk is read-only"],
  ["EISDIR", "it is a folder"],
  ["ENAMETOOLONG", "its name is too long"],
  ["EMFILE", "too many files are open"],
  ["ENFILE", "too many files are open"],
  ["EIO", "the disk did not answer as it should"],
  ["ELOOP", "it is a link that leads in circles"]
])

/** Why a file cannot be read, for what a file system threw, as the rest of a sentence that begins with its name. */
export const fileErrorReason = (error: unknown): string => {
  const known = reasons.get(errorCode(error))
  return known ?? (error instanceof Error ? error.message : String(error))
}
