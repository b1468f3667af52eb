import { createHash } from "node:crypto"

/** By what it is told whether profiles and runs are those that were kept last. */
export const scheduleMark = (text: string): string => createHash("sha256").update(text).digest("hex")
