// Loaded before the program: says as it ends how many bytes V8 has taken for what is new, and how many it takes when much is.
import { writeSync } from "node:fs"
import { newSpace, newSpaceOfMuch } from "./newSpaceOfMuch.mjs"

process.once("exit", () => writeSync(2, `new space ${newSpace()}, of much ${newSpaceOfMuch()}\n`))
