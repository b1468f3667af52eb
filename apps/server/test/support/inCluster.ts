/** With `WHITEROOM_CLUSTER=1` the tests of the API ask a cluster: which are not tried, and why. A file that is not named here, or a test, is. */
import { basename } from "node:path"
import { beforeEach } from "vitest"

/** Of these, nothing: they are about what a cluster has not, or about one process. */
const files: Readonly<Record<string, string>> = {
  "answeredAgain.test.ts": "what lies in a PostgreSQL is asked each time",
  "clock.test.ts": "the clock of the server is the test's",
  "clusterMoves.test.ts": "its nodes are of this process",
  "control.test.ts": "it is about the control database itself",
  "fullDisk.test.ts": "the disk is that of one server",
  "mirror.test.ts": "a cluster keeps no mirror",
  "mirrorFuzz.test.ts": "a cluster keeps no mirror",
  "mirrorHostile.test.ts": "a cluster keeps no mirror",
  "proving.test.ts": "its nights are those of the test's clock",
  "site.test.ts": "its pages are those of one server",
  "starting.test.ts": "it is about one process and its data folder",
  "takingOver.test.ts": "it is about servers that are alone, one after the other",
  "traces.test.ts": "its collector is told by one server"
}

/** Of others these, by a part of their names. */
const tests: Readonly<Record<string, string>> = {
  "audit.test.ts: without a mirror remembers it": "it writes into the control database of one data folder",
  "bounding.test.ts: what a version before": "it writes into the control database of one data folder",
  "bucket.test.ts: asks for one thing": "it counts what one server asks for",
  "bucket.test.ts: says 503 too where": "the data folder that is lost is that of one server",
  "bucket.test.ts: acknowledges what is written here": "the data folder that is lost is that of one server",
  "bucket.test.ts: is ready when": "it looks into the data folder of one server",
  "bucket.test.ts: tells those who wait": "nodes of these tests are killed when they are not needed any more",
  "bucket.test.ts: discards into the trash": "it erases as one server that is off",
  "copies.test.ts: of libraries of devices make way": "it looks into the data folder of one server",
  "events.test.ts: security 5: end when the time": "the clock of the server is the test's",
  "events.test.ts: security 33: one access has so many": "each node counts its own streams",
  "homesBrought.test.ts: is backed up by its profile":
    "it writes into the control database of one data folder",
  "homesKept.test.ts: a restore that a killed server":
    "it writes into the control database of one data folder",
  "leaving.test.ts: take nothing more": "it looks into the data folder of one server",
  "origins.test.ts: are none where nobody is named": "a node that cannot start says so to its own process",
  "scopes.test.ts: security 3: a route that declares no scope": "the table of scopes is that of this process"
}

beforeEach(({ task, skip }) => {
  if (process.env.WHITEROOM_CLUSTER !== "1") return
  const file = basename(task.file.name)
  const [, reason] = Object.entries(tests).find(([name]) => `${file}: ${task.name}`.includes(name)) ?? []
  const why = files[file] ?? reason
  if (why !== undefined) skip(`not in a cluster: ${why}`)
})
