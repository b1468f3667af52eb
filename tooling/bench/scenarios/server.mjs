// A server on this machine: requests a second against the same bytes without it, what files take, memory, its start.
import { spawnSync } from "node:child_process"
import { createHash, randomBytes, randomUUID } from "node:crypto"
import { readFileSync, statSync } from "node:fs"
import { songAt } from "../songs.mjs"
import { median } from "../stats.mjs"
import { runProgram } from "../Workers.mjs"

const peakLimit = 300e6
const startLimit = 1000
const leastPush = 150
/** Of what Effect's own trivial route answers with the same bytes. */
const leastShare = 0.6

/** A server as a person starts it; `startedMs` after it was called it listens. It ends with the bench, however that ends. */
const startServer = async (workers, cli, data) => {
  const side = workers.start("server")
  const words = ["server", "start", "--listen", "127.0.0.1:0", "--data", data, "--json"]
  return { side, ...(await side.call("start", { program: cli.program, words })) }
}

const stop = async ({ side }) => {
  await side.call("stop")
  await side.end()
}

/** Most resident bytes of a process until now, where the system tells. */
const peakOf = ({ pid }) => {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? []
    return Number(kilobytes) * 1024
  } catch {
    return undefined
  }
}

const asking = (address, token) => async (method, path, body, headers) => {
  const response = await fetch(`${address}${path}`, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { "content-type": "application/json" }),
      ...headers
    },
    ...(body && { body: JSON.stringify(body) })
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 200)}`)
  return { text, json: text === "" ? undefined : JSON.parse(text) }
}

/** A token of its own for whoever has a link. */
const enter = async (address, link) => {
  const token = randomBytes(32).toString("base64url")
  const [, code] = /#([A-Z0-9-]+)/.exec(link)
  const secretHash = createHash("sha256").update(token).digest("hex")
  await asking(address)("POST", "/v1/enrolments", { code, secretHash, device: "bench" })
  return token
}

const invite = async (server, admin, wish) => {
  const { json } = await asking(server.address, admin)("POST", "/v1/invitations", wish)
  return { token: await enter(server.address, json.link), library: json.libraries[0] }
}

/** Requests a second and the 99th percentile in milliseconds, by wrk with 16 connections. */
const loaded = async (url, token, seconds) => {
  const header = token === undefined ? [] : ["-H", `Authorization: Bearer ${token}`]
  const { output } = await runProgram("wrk", ["-t1", "-c16", `-d${seconds}s`, "--latency", ...header, url])
  if (/Non-2xx/.test(output)) throw new Error(`${url}: ${output}`)
  const [, number, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(output)
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1]),
    p99: Number(number) * { us: 0.001, ms: 1, s: 1000 }[unit]
  }
}

/** A library that a web app wrote: songs, and a hundred backups. */
const writeLibrary = async (server, admin, count) => {
  const { token } = await invite(server, admin, { name: "Web app", role: "service" })
  const ask = asking(server.address, token)
  const path = `/v1/libraries/bench-${randomUUID()}`
  await ask("PUT", path, { name: "Bench" }, { "if-none-match": "*" })
  for (let from = 0; from < count; from += 500) {
    const changes = Array.from({ length: Math.min(500, count - from) }, (_, at) => {
      const { id, name, songDataJSON } = songAt(from + at, 0)
      const value = { name, songDataJSON, determinismSeed: "1" }
      return { kind: "song", id, version: 0, value }
    })
    await ask("POST", `${path}/changes`, { changes }, { "idempotency-key": randomUUID() })
  }
  for (let backup = 0; backup < 100; backup++)
    await ask(
      "POST",
      `${path}/backups`,
      { description: `backup ${backup}` },
      { "idempotency-key": randomUUID() }
    )
  return { token, path, song: `${path}/songs/${songAt(0, 0).id}`, backups: `${path}/backups` }
}

const answering = async ({ workers, report, runs, quick }, server, library) => {
  const seconds = quick ? 1 : 3
  for (const [what, path] of [
    ["one song", library.song],
    ["a list of 100 backups", library.backups]
  ]) {
    const { text } = await asking(server.address, library.token)("GET", path)
    const sides = {}
    for (const kind of ["bare", "effect"]) {
      const side = workers.start("http")
      sides[kind] = { side, address: await side.call(kind, { text }), rates: [], p99: [] }
    }
    const ours = { rates: [], p99: [] }
    // One after the other, so that what else the machine does meets all of them.
    for (let run = 0; run <= Math.min(runs, 3); run++)
      for (const [figures, url, token] of [
        [ours, `${server.address}${path}`, library.token],
        ...Object.values(sides).map((each) => [each, each.address, undefined])
      ]) {
        const { rate, p99 } = await loaded(url, token, seconds)
        if (run === 0) continue
        figures.rates.push(rate)
        figures.p99.push(p99)
      }
    const effect = { name: "Effect's trivial route, same bytes", values: sides.effect.rates }
    const bare = { name: "node:http, same bytes", values: sides.bare.rates }
    if (what === "one song") report.throughput(what, ours.rates, effect, leastShare, "requests/s")
    else report.reported(what, "requests/s", ours.rates, effect)
    report.reported(what, "requests/s", ours.rates, bare)
    report.reported(`${what}, p99`, "ms", ours.p99, { ...effect, values: sides.effect.p99 })
    for (const { side } of Object.values(sides)) await side.end()
  }
}

/** A song that is written, read, and read again, as a page does: one request after the other. */
const readingAfterWrites = async ({ report, quick }, server, library) => {
  const ask = asking(server.address, library.token)
  const { songDataJSON } = songAt(0, 0)
  const times = { first: [], again: [] }
  for (let turn = 1; turn <= (quick ? 50 : 500); turn++) {
    const song = { name: `Take ${turn}`, songDataJSON, determinismSeed: "1" }
    await ask("PUT", library.song, song, { "if-match": `"${turn}"` })
    for (const what of ["first", "again"]) {
      const began = performance.now()
      await ask("GET", library.song)
      times[what].push(performance.now() - began)
    }
  }
  const again = { name: "the read after it", values: times.again }
  report.reported("one song, the first read after it was written", "ms", times.first, again)
}

/** Files of a vault, one after the other, against an upload that only writes and hashes what comes. */
const carrying = async ({ workers, report, runs, quick, path }, server, admin) => {
  const { token, library } = await invite(server, admin, { name: "Files", role: "device" })
  const bytes = (quick ? 16 : 128) * 1024 * 1024
  const side = workers.start("http")
  const plain = await side.call("store", { folder: path("plain") })
  // It holds the file itself, which no device of ours does: its memory says nothing.
  const client = workers.start("files")
  const rates = { put: [], get: [], plainPut: [], plainGet: [] }
  const rate = (ms) => bytes / 1e6 / (ms / 1000)
  await client.call("open", { place: `${server.address}/${library}`, token, plain, bytes })
  for (let run = 0; run <= runs; run++)
    for (const what of Object.keys(rates)) {
      const ms = await client.call(what)
      if (run > 0) rates[what].push(rate(ms))
    }
  report.atLeast("a file is pushed", "MB/s", rates.put, leastPush, {
    name: "plain upload",
    values: rates.plainPut
  })
  const download = { name: "plain download", values: rates.plainGet }
  report.reported("a file is read in ranges", "MB/s", rates.get, download)
  await client.end()
  await side.end()
  return download
}

/** A whole library: the first push and a clone of it, by the documents that it holds. */
const moving = async ({ workers, templates, report, size, runs, path }, server, admin, download) => {
  const times = { push: [], clone: [] }
  const rates = []
  const from = await templates.library()
  for (let run = 0; run < Math.min(runs, 3); run++) {
    const { json } = await asking(server.address, admin)("POST", "/v1/invitations", {
      name: "Anna",
      role: "device"
    })
    const side = workers.start("vault", "server, a device's push and clone")
    const at = `${server.address}/${json.libraries[0]}`
    await side.call("openCopy", {
      from,
      file: path("server.db"),
      folder: path("server"),
      at,
      link: json.link
    })
    await side.call("backup")
    times.push.push((await side.call("pushAll")).ms)
    const cloned = path("server-clone.db")
    const ms = await side.call("cloneTo", { file: cloned, count: size })
    times.clone.push(ms)
    rates.push(statSync(cloned).size / 1e6 / (ms / 1000))
    await side.call("close")
    await side.end()
  }
  report.reported(`first push of ${size} songs to a server`, "ms", times.push)
  report.reported(`clone of ${size} songs from a server, roots proven`, "ms", times.clone)
  report.reported(`the same, of the library that it makes`, "MB/s", rates, download)
}

export const serving = async (bench) => {
  const { cli, workers, report, runs, path, size } = bench
  if (!cli.exists()) return report.absent("a server", "the CLI is not built")
  const starts = []
  for (let run = 0; run <= Math.min(runs, 3); run++) {
    const each = await startServer(workers, cli, path(`start-${run}`))
    if (run > 0) starts.push(each.startedMs)
    await stop(each)
  }
  report.limit("a server is started, until it listens", "ms", median(starts), startLimit)
  const server = await startServer(workers, cli, path("srv"))
  try {
    const admin = await enter(server.address, server.signIn)
    if (spawnSync("wrk", ["--version"]).error !== undefined)
      report.absent("requests a second", "wrk is not installed")
    else {
      const library = await writeLibrary(server, admin, Math.min(size, 1000))
      await answering(bench, server, library)
      await readingAfterWrites(bench, server, library)
    }
    const download = await carrying(bench, server, admin)
    await moving(bench, server, admin, download)
    const peak = peakOf(server)
    if (peak === undefined) report.absent("peak memory of a server", "the system does not tell")
    else report.limit("peak memory of a server, throughout", "bytes", peak, peakLimit)
  } finally {
    await stop(server)
  }
}
