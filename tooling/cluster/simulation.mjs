// Many libraries with use as people make it (few are used much, most are not) on three nodes, with a PostgreSQL and an S3 server on this machine. Each
// minute a node is killed and started again. What was acknowledged is kept account of here and compared at the end with what nodes tell that have nothing
// in their data folders. `npm run cluster-simulation -- --libraries 10000 --minutes 4`, `--each` makes every library by the API; wants Debian's postgresql, ceph-mon, ceph-osd and radosgw.
import { randomBytes } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import * as http from "node:http"
import { tmpdir } from "node:os"
import path from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { parseArgs } from "node:util"
import { startNode } from "./Nodes.mjs"
import { ask, enrol, insisting, invited } from "./People.mjs"
import { startServices } from "./Services.mjs"

const { values } = parseArgs({
  options: {
    libraries: { type: "string", default: "10000" },
    minutes: { type: "string", default: "4" },
    users: { type: "string", default: "24" },
    each: { type: "boolean", default: false },
    seed: { type: "string", default: "15" }
  }
})
const [libraryCount, minutes, users] = [values.libraries, values.minutes, values.users].map(Number)
/** A web app may make so many. */
const mostOfOneApp = 1000
/** Of what is asked for, one in five is a save. */
const writeShare = 0.2
/** Libraries that are looked at again at the end on nodes with empty data folders. */
const provenCount = 300

let state = Number(values.seed)
/** Pseudo-random numbers from 0 to 1, the same each time. */
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}

/** The library of rank n is used in proportion to 1 / n. */
const weights = []
let sum = 0
for (let n = 1; n <= libraryCount; n++) {
  sum += 1 / n
  weights.push(sum)
}
const anyLibrary = () => {
  const wanted = random() * sum
  let [low, high] = [0, libraryCount - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (weights[middle] < wanted) low = middle + 1
    else high = middle
  }
  return low
}

const began = Date.now()
const say = (text) => console.log(text)
const chapter = (title) => say(`\n── ${title} (${((Date.now() - began) / 1000).toFixed(0)} s)`)
const quantile = (all, share) => {
  const sorted = [...all].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
const inMs = (all) =>
  `p50 ${quantile(all, 0.5)} ms, p95 ${quantile(all, 0.95)} ms, p99 ${quantile(all, 0.99)} ms, longest ${quantile(all, 1)} ms`

/** Goes between the nodes and the bucket, and counts what is asked of it. */
const countRequests = async (endpoint) => {
  const target = new URL(endpoint)
  const agent = new http.Agent({ keepAlive: true })
  const counts = { PUT: 0, GET: 0, LIST: 0, HEAD: 0, DELETE: 0, bytesIn: 0 }
  const server = http.createServer((request, response) => {
    const { method, headers, url } = request
    counts[method === "GET" && url.includes("list-type=2") ? "LIST" : method]++
    if (method === "PUT") counts.bytesIn += Number(headers["content-length"] ?? 0)
    const onward = http.request(
      { host: target.hostname, port: target.port, method, path: url, headers, agent },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers)
        answer.pipe(response)
      }
    )
    onward.on("error", () => response.destroy())
    request.pipe(onward)
  })
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    counts,
    endpoint: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}

/** The highest memory of a process, in MB. */
const peakOf = ({ child }) => {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

const bytesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
    (total, each) =>
      total + (each.isFile() ? statSync(path.join(each.parentPath ?? each.path, each.name)).size : 0),
    0
  )

const song = (n) => ({
  ...{ name: `Song ${n}`, determinismSeed: "1" },
  songDataJSON: JSON.stringify({ notes: randomBytes(1100).toString("hex") })
})

const folder = mkdtempSync(path.join(tmpdir(), "white-room-simulation-"))
const ends = []
const cleanUp = async () => {
  for (const end of ends.splice(0).reverse()) await end()
  rmSync(folder, { recursive: true, force: true })
}
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.once(name, async () => {
    await cleanUp()
    process.exit(130)
  })
try {
  chapter("A PostgreSQL, a bucket, three nodes")
  const services = await startServices(folder)
  ends.push(services.stop)
  const bucket = await countRequests(services.env.S3_ENDPOINT)
  ends.push(bucket.stop)
  const env = { ...services.env, S3_ENDPOINT: bucket.endpoint }
  const names = ["node-1", "node-2", "node-3"]
  const nodes = []
  for (const name of names) nodes.push(await startNode(name, folder, env))
  ends.push(() => Promise.all(nodes.map((node) => node?.end("SIGKILL"))))
  let turn = 0
  const anyNode = () => {
    for (let tries = 0; ; tries++) {
      const node = nodes[turn++ % nodes.length]
      if (node !== undefined || tries > nodes.length) return node
    }
  }
  const askAny = (...wanted) => ask(anyNode().address, ...wanted)
  const admin = await enrol(nodes[2].address, nodes[2].signIn.split("#")[1], "admin")
  const apps = []
  for (let n = 0; n * mostOfOneApp < libraryCount; n++)
    apps.push((await invited(nodes[0].address, admin, `web app ${n + 1}`, "service")).token)
  const tokenOf = (n) => apps[Math.floor(n / mostOfOneApp)]
  const idOf = (n) => `library-${String(n + 1).padStart(6, "0")}`

  const rows = async () => {
    const text = await services.postgres.say(
      "SELECT (SELECT sum(n_live_tup) FROM pg_stat_user_tables), pg_database_size(current_database()), (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database())"
    )
    const [live, bytes, commits] = text.split("|").map(Number)
    return { live, bytes, commits }
  }

  chapter(
    values.each
      ? `${libraryCount} libraries are made, by the API`
      : `${libraryCount} libraries are made: one of each web app by the API, the others as rows like its rows`
  )
  const start = Date.now()
  const left = Array.from({ length: libraryCount }, (_, n) => n).filter(
    (n) => values.each || n % mostOfOneApp === 0
  )
  const count = left.length
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      for (let n = left.pop(); n !== undefined; n = left.pop())
        await insisting(`making ${idOf(n)}`, () =>
          askAny("PUT", `/v1/libraries/${idOf(n)}`, {
            ...{ token: tokenOf(n), headers: { "if-none-match": "*" }, body: { name: `Library ${n + 1}` } }
          })
        )
    })
  )
  const made = (Date.now() - start) / 1000
  say(`${(count / made).toFixed(1)} a second by the API.`)
  if (!values.each)
    for (let n = 0; n < libraryCount; n += mostOfOneApp) {
      const ids = `generate_series(${n + 2}, ${Math.min(n + mostOfOneApp, libraryCount)}) AS number`
      const like = (table, column, others) =>
        `INSERT INTO ${table} SELECT (jsonb_populate_record(one, jsonb_build_object('${column}', 'library-' || lpad(number::text, 6, '0')${others}))).* FROM ${table} AS one, ${ids} WHERE one.${column} = '${idOf(n)}'`
      // As a node leaves those in which nothing is due.
      const looked = `, 'look_at', ${Date.now() + 86_400_000}`
      await services.postgres.say(
        `${like("library", "id", looked)}; ${like("access_library", "library", "")}`
      )
    }

  chapter(`${users} people at once, for ${minutes} min; a node is killed each minute`)
  /** What each library was told that it has: a song, and its document. */
  const kept = new Map()
  const waits = { first: [], save: [], read: [] }
  const met = { again: 0, wrong: [] }
  const before = { ...(await rows()), ...bucket.counts }
  let isOver = false
  let songCount = 0
  const timed = async (what, work) => {
    const asked = Date.now()
    let tries = 0
    const answer = await insisting(what, () => {
      if (tries++ > 0) met.again++
      return work()
    })
    waits[what].push(Date.now() - asked)
    return answer
  }
  const person = async () => {
    while (!isOver) {
      const n = anyLibrary()
      const songs = kept.get(n)
      if (songs === undefined || random() < writeShare) {
        const id = `s${songCount++}`
        const wish = song(id)
        // The same key each time: however often it is asked, it is done once.
        const headers = { "if-none-match": "*", "idempotency-key": randomBytes(16).toString("hex") }
        const { status, json } = await timed(songs === undefined ? "first" : "save", () =>
          askAny("PUT", `/v1/libraries/${idOf(n)}/songs/${id}`, { token: tokenOf(n), headers, body: wish })
        )
        if (status !== 201)
          met.wrong.push(`${idOf(n)} ${id}: ${status} ${JSON.stringify(json).slice(0, 200)}`)
        else kept.set(n, (kept.get(n) ?? new Map()).set(id, wish.songDataJSON))
      } else {
        const all = [...songs]
        const [id, document] = all[Math.floor(random() * all.length)]
        const { status, json } = await timed("read", () =>
          askAny("GET", `/v1/libraries/${idOf(n)}/songs/${id}`, { token: tokenOf(n) })
        )
        if (status !== 200 || json.songDataJSON !== document)
          met.wrong.push(`${idOf(n)} ${id} was read as ${status}`)
      }
    }
  }
  const peaks = []
  const copies = { found: 0, made: 0 }
  /** What nodes count ends with them. */
  const noteCounts = async (node) => {
    peaks.push(peakOf(node))
    const text = await fetch(`${node.address}/metrics`, {
      headers: { authorization: `Bearer ${admin}` }
    }).then((answer) => answer.text())
    for (const what of ["found", "made"])
      copies[what] += Number(new RegExp(`whiteroom_copies\\{what="${what}"\\} (\\d+)`).exec(text)?.[1] ?? 0)
  }
  const killer = async () => {
    for (let minute = 0; minute < minutes; minute++) {
      await pause(30_000)
      const at = minute % names.length
      const node = nodes[at]
      await noteCounts(node)
      nodes[at] = undefined
      await node.end("SIGKILL")
      say(
        `kill -9 ${node.name}, ${waits.first.length + waits.save.length} saves and ${waits.read.length} reads so far`
      )
      await pause(10_000)
      nodes[at] = await startNode(node.name, folder, env)
      await pause(20_000)
    }
    isOver = true
  }
  const loadBegan = Date.now()
  await Promise.all([killer(), ...Array.from({ length: users }, person)])
  const seconds = (Date.now() - loadBegan) / 1000
  for (const node of nodes) await noteCounts(node)
  const after = { ...(await rows()), ...bucket.counts }
  const saves = waits.first.length + waits.save.length
  const each = (what, of) => ((after[what] - before[what]) / of).toFixed(2)
  const told = (name, all) =>
    say(`${name}: ${all.length}, ${(all.length / seconds).toFixed(1)} a second; ${inMs(all)}`)
  told("saves, the first in a library", waits.first)
  told("saves after it", waits.save)
  told("reads", waits.read)
  say(`asked again, as a node was gone or a library on its way: ${met.again} times`)
  say(`libraries that were used: ${kept.size} of ${libraryCount}`)
  say(
    `copies on the nodes: ${((100 * copies.found) / (copies.found + copies.made)).toFixed(1)} % were there when they were wanted (${copies.made} made)`
  )
  say(
    `bucket for each save: ${["PUT", "LIST", "GET", "HEAD", "DELETE"].map((what) => `${what} ${each(what, saves)}`).join(", ")}; ${each("bytesIn", saves)} bytes`
  )
  say(
    `PostgreSQL: ${each("commits", saves + waits.read.length)} commits for each request, ${(after.live / libraryCount).toFixed(1)} rows and ${(after.bytes / libraryCount).toFixed(0)} bytes for each library`
  )
  const disks = names.map((name) => `${(bytesBelow(path.join(folder, name)) / 1e6).toFixed(0)} MB`)
  say(`memory of a node: ${Math.max(...peaks).toFixed(0)} MB at most; data folders: ${disks.join(", ")}`)

  chapter("Is everything there? On nodes with empty data folders")
  for (const [at, node] of nodes.entries()) {
    await node.end("SIGKILL")
    nodes[at] = undefined
    rmSync(path.join(folder, node.name), { recursive: true, force: true })
  }
  for (const [at, name] of names.entries()) nodes[at] = await startNode(name, folder, env)
  /** Those that were used most, and as many that were used least. */
  const used = [...kept].sort(([, one], [, other]) => other.size - one.size)
  const proven =
    used.length <= provenCount ? used : [...used.slice(0, provenCount / 2), ...used.slice(-provenCount / 2)]
  let compared = 0
  const queue = [...proven]
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        const [n, songs] = next
        for (const [id, document] of songs) {
          const { json } = await insisting(`${idOf(n)} is read`, () =>
            askAny("GET", `/v1/libraries/${idOf(n)}/songs/${id}`, { token: tokenOf(n) })
          )
          compared++
          if (json.songDataJSON !== document) met.wrong.push(`${idOf(n)} ${id} is not as it was acknowledged`)
        }
      }
    })
  )
  if (met.wrong.length > 0)
    throw new Error(`${met.wrong.length} were wrong:\n${met.wrong.slice(0, 20).join("\n")}`)
  say(
    `${compared} songs of ${proven.length} libraries came back out of the bucket as they were acknowledged; none is missing.`
  )
} catch (error) {
  console.error(`\n${error.message}`)
  process.exitCode = 1
} finally {
  await cleanUp()
}
// Who still asks after something went wrong is not waited for.
process.exit()
