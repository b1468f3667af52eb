/**
 * Adopts a database and kills itself in front of a given step: a statement, or a change of a file. Without a step it
 * prints how many there are.
 */
import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import * as Effect from "effect/Effect"
import { adopt } from "../../../src/adopt/adopt.js"
import { Database } from "../../../src/sqlite/Database.js"

const [path = "", into = "", last = "0"] = process.argv.slice(2)
let steps = 0

const step = (): void => {
  if (++steps === Number(last)) process.kill(process.pid, "SIGKILL")
}

const before = <P extends ReadonlyArray<unknown>, R>(call: (...parameters: P) => R) =>
  function (this: unknown, ...parameters: P): R {
    step()
    return call.apply(this, parameters as never)
  }

const { prototype } = Database
Object.assign(prototype, {
  prepare: before(prototype.prepare),
  exec: before(prototype.exec),
  pragma: before(prototype.pragma)
})
Object.assign(fs, {
  renameSync: before(fs.renameSync),
  linkSync: before(fs.linkSync),
  unlinkSync: before(fs.unlinkSync),
  fsyncSync: before(fs.fsyncSync)
})
syncBuiltinESMExports()

await Effect.runPromise(adopt(path, { actor: "ada@studio", ...(into !== "" && { into }) }))
console.log(steps)
