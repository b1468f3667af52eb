// Node 20 and 22 do not follow the link to a module that is imported right after a look at a pipe or a socket: what they remember of
// paths is held against whatever was looked at last. So each test ends with a look at a folder.
import { lstatSync } from "node:fs"
import { afterAll, afterEach } from "vitest"

const lookElsewhere = () => void lstatSync(import.meta.dirname)
afterEach(lookElsewhere)
afterAll(lookElsewhere)
