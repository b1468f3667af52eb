// Node 20 and 22 do not follow the link to a module that is imported right after a look at a pipe or a socket: what they remember of
// paths is held against whatever was looked at last. So each test begins after a look at a folder, and so does what follows a file's
// tests. A setup file of its own: the files of a process share what setup files import, and only those themselves run for each.
import { lstatSync } from "node:fs"
import { afterAll, beforeEach } from "vitest"

const lookElsewhere = () => void lstatSync(import.meta.dirname)
beforeEach(lookElsewhere)
afterAll(lookElsewhere)
