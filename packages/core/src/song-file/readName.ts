import { bounds } from "../bounds/Bounds.js"
import { type Rejected, rejected } from "../document/JsonText.js"
import { type FieldReader, fits, storable } from "./FieldReader.js"

const names = ["name", "title", "metadata.title", "metadata.name"]

/**
 * The name or title. One that is blank, or missing where the file is of a known form, is the file's name without
 * folders and extension: untitled songs are songs. An object of unknown form without a name is not taken.
 */
export const readName = (fields: FieldReader, fileName: string, knownForm: boolean): string | Rejected => {
  const name = fields.text(...names)
  if (name !== undefined)
    return fits(name, bounds.nameBytes) ? name : rejected(`its name is over ${bounds.nameBytes} bytes long`)
  if (!knownForm && fields.raw(...names) === undefined) return rejected("it has no name or title")
  const base = storable((fileName.split(/[/\\]/).at(-1) ?? "").replace(/\.[^.]*$/, "")).trim()
  return base !== "" && fits(base, bounds.nameBytes) ? base : "Untitled"
}
