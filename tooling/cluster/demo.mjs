// Three nodes and a hundred devices on this machine: a node is killed while they work, and everything that was acknowledged is shown to be there.
// `npm run cluster-demo`; wants Debian's postgresql, ceph-mon, ceph-osd and radosgw. Everything is in a temporary folder, and gone at the end, also
// when it is told to end before (Ctrl-C, SIGTERM).
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { startNode, startProxy } from "./Nodes.mjs"
import { enrol, invited, makeDevice, makeHome } from "./People.mjs"
import { startServices } from "./Services.mjs"

const deviceCount = Number(process.argv[2] ?? 100)
const homeCount = 12
const atOnce = 8

const began = Date.now()
const seconds = (from = began) => `${((Date.now() - from) / 1000).toFixed(1)} s`
let signal
const say = (text) => signal === undefined && console.log(text)
const chapter = (title) => say(`\n── ${title} (${seconds()})`)

/** Does something with each, so many at once. */
const each = async (all, work) => {
  const left = [...all.entries()]
  const results = []
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift())
      results[next[0]] = await work(next[1], next[0])
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}

const folder = mkdtempSync(path.join(tmpdir(), "white-room-cluster-"))
const ends = []

const told = new Promise((resolve) => {
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(name, () => {
      signal ??= name
      resolve()
    })
})

/** Programs that are being started: nothing of them is left when it is told to end meanwhile. */
let starting = Promise.resolve()
const started = async (work, endOf) => {
  if (signal !== undefined) throw new Error("It was told to end.")
  const begun = work().then((one) => {
    ends.push(endOf(one))
    return one
  })
  starting = begun.catch(() => {})
  return begun
}

const show = async () => {
  chapter("A PostgreSQL and a bucket")
  const services = await started(
    () => startServices(folder),
    ({ stop }) => stop
  )
  say("PostgreSQL has who may enter and how far each library is; radosgw, an S3 server, has every file.")

  chapter("Three nodes")
  const nodes = []
  for (const name of ["node-1", "node-2", "node-3"])
    nodes.push(
      await started(
        () => startNode(name, folder, services.env),
        (node) => () => node.end("SIGKILL")
      )
    )
  // Each has a link of its own, which is for all of them.
  const { signIn } = nodes[0]
  const proxy = await startProxy(nodes)
  ends.push(proxy.stop)
  for (const { name, address } of nodes) say(`${name} listens on ${address}, with a data folder of its own.`)
  say(`A proxy at ${proxy.address} hands each connection to any of them.`)

  chapter(`${deviceCount} devices and a web app`)
  const admin = await enrol(proxy.address, signIn.split("#")[1], "admin")
  const names = Array.from({ length: deviceCount }, (_, n) => `device-${String(n + 1).padStart(3, "0")}`)
  const devices = await each(names, async (name) => {
    const device = await makeDevice(folder, proxy.address, admin, name)
    await device.write("first")
    await device.write("second")
    await device.push()
    return device
  })
  for (const device of devices) ends.push(device.close)
  const { token } = await invited(proxy.address, admin, "web app", "service")
  const homes = await each(
    Array.from({ length: homeCount }, (_, n) => `pupil-${n + 1}`),
    (name) => makeHome(proxy.address, token, name)
  )
  say(`Each device pushed its own library; the web app began ${homeCount} that are written on the server.`)

  const owners = await services.postgres.say(
    "SELECT address || ': ' || count(*) || ' of 300 shards' FROM shard GROUP BY address ORDER BY address"
  )
  say(`The libraries are shared out:\n  ${owners.replaceAll("\n", "\n  ")}`)

  chapter("Everybody writes, and node-2 is killed")
  let isWriting = true
  const waits = []
  const webApp = Promise.all(
    homes.map(async (home) => {
      for (let n = 0; isWriting; n++) {
        const asked = Date.now()
        await home.write(`song-${n}`)
        waits.push({ ms: Date.now() - asked, at: Date.now() })
      }
    })
  )
  let pushed = 0
  let killedAt
  await each(devices, async (device) => {
    await device.write("third")
    if (pushed === Math.floor(deviceCount / 4) && killedAt === undefined) {
      killedAt = Date.now()
      nodes[1].end("SIGKILL")
      say(`kill -9 node-2, after ${pushed} devices had pushed again.`)
    }
    await device.push()
    pushed++
  })
  isWriting = false
  await webApp
  const worst = Math.max(...waits.filter(({ at }) => at >= killedAt).map(({ ms }) => ms))
  say(`All ${deviceCount} devices pushed again, ${seconds(killedAt)} after the kill.`)
  say(
    `The web app saved ${waits.length} songs; the longest it waited for one was ${(worst / 1000).toFixed(1)} s.`
  )

  chapter("node-3 is asked to stop")
  const stopping = Date.now()
  const code = await nodes[2].end("SIGTERM")
  say(`It handed over what it had and ended with ${code}, in ${seconds(stopping)}. One node is left.`)
  await each(homes, (home) => home.write("after"))
  say(`Every library of the web app was written again ${seconds(stopping)} after it was asked.`)

  chapter("Is everything there?")
  const lost = (await each(devices, (device) => device.lost())).flat()
  const lostHomes = (await each(homes, (home) => home.lost())).flat()
  const songs = [...devices, ...homes].reduce((sum, { kept }) => sum + kept.size, 0)
  if (lost.length + lostHomes.length > 0)
    throw new Error(`${lost.length + lostHomes.length} songs that were acknowledged are not as they were.`)
  say(`Each of ${deviceCount} devices brought its library back into a new file: all songs, as they were.`)
  say(`Each of ${homeCount} libraries of the web app has every song that was acknowledged.`)
  say(
    `\nEvery device is whole: ${songs} songs were acknowledged, and ${songs} are there. ${seconds()} in all.`
  )
}

try {
  const shown = show()
  // What goes wrong after it was told to end is no news.
  shown.catch(() => {})
  await Promise.race([shown, told])
} catch (error) {
  console.error(`\n${error.message}`)
  process.exitCode = 1
}
if (signal !== undefined) {
  console.log(`\n${signal}: everything that was started is ended, and its folder removed.`)
  process.exitCode = signal === "SIGINT" ? 130 : 143
}
await starting
for (const end of ends.reverse()) await end()
rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
// Who still asks after something went wrong is not waited for.
process.exit()
