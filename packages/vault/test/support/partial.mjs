// A program that brings what is whole of a vault and kills itself at the nth file that it reads; prints how many it read.
import { clone, folderBlobs, openVault } from "@white-room/vault"
import * as Effect from "effect/Effect"

const [, , folder, copy, at] = process.argv
const inner = folderBlobs(folder)
let read = 0
const get = (...args) =>
  Effect.suspend(() => {
    if (++read === Number(at)) process.kill(process.pid, "SIGKILL")
    return inner.get(...args)
  })

await Effect.runPromise(
  Effect.flatMap(openVault({ ...inner, get }), (vault) => clone(vault, copy, { partial: true, name: "home" }))
)
console.log(read)
