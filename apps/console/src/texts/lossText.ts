import type { Texts } from "./english.js"

const lossOf = (loss: string, t: Texts["losses"]): string | undefined => {
  const [, deleted, living = ""] = /^(\d+) of (\d+) songs and other things were deleted$/.exec(loss) ?? []
  if (deleted !== undefined) return t.deleted(deleted, living)
  const [, forgotten, kept = ""] = /^(\d+) of (\d+) backups were forgotten$/.exec(loss) ?? []
  if (forgotten !== undefined) return t.forgotten(forgotten, kept)
  const [, files] = /^(\d+) of its files were put into the trash within a day$/.exec(loss) ?? []
  return files && t.discarded(files)
}

/** What a server says is lost, in the texts of a language; `undefined` for what is not known here yet. */
export const lossText = (detail: string, { losses: t }: Pick<Texts, "losses">): string | undefined => {
  const losses = detail.split(", ").map((loss) => lossOf(loss, t))
  return losses.includes(undefined) ? undefined : losses.join(", ")
}
