import type { HttpAnswer } from "./HttpExchange.js"

/** The name of the error that a server answers with: a word, or nothing. Its sentences are not taken over. */
export const problemTypeOf = ({ body }: HttpAnswer): string => {
  const text = Buffer.from(body.subarray(0, 16 * 1024)).toString("utf8")
  return /"type"\s*:\s*"([A-Za-z]{1,64})"/.exec(text)?.[1] ?? ""
}
