/** Debian's radosgw, a real S3 server: one monitor, one store in memory, one gateway, on loopback. */
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process"
import { randomUUID } from "node:crypto"
import { mkdirSync, openSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { promisify } from "node:util"
import { AwsV4Signer } from "aws4fetch"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { S3Credentials } from "../../src/index.js"
import { temporaryFolder } from "./temporaryFolder.js"

const run = promisify(execFile)

const programs = ["ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "monmaptool", "ceph"]

/** Whether its programs are there: Debian's `ceph-mon ceph-osd radosgw`. */
export const hasRadosgw = (): boolean =>
  programs.every((program) => spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0)

export interface Radosgw {
  readonly endpoint: string
  readonly credentials: S3Credentials
  readonly makeBucket: (name: string, headers?: Readonly<Record<string, string>>) => Effect.Effect<void>
  /** Any other request, signed as its owner: what is set up beforehand, and what a thief would try. Gives status and text. */
  readonly ask: (
    method: string,
    path: string,
    body?: string
  ) => Effect.Effect<{ readonly status: number; readonly text: string; readonly version: string }>
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
    })
  })

const settings = (folder: string, fsid: string, monitor: number, gateway: number): string => `
[global]
fsid = ${fsid}
mon_host = v1:127.0.0.1:${monitor}
public_network = 127.0.0.0/8
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_bind_msgr2 = false
ms_mon_client_mode = crc
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_crush_chooseleaf_type = 0
osd_objectstore = memstore
memstore_device_bytes = 268435456
mon_allow_pool_size_one = true
run_dir = ${folder}
admin_socket =
log_file = ${folder}/$name.log
mon_data = ${folder}/mon
osd_data = ${folder}/osd
[client.rgw]
# Nagle's algorithm holds every short answer on a used connection back for 40 ms, until the client's kernel acknowledges its head.
rgw_frontends = beast endpoint=127.0.0.1:${gateway} tcp_nodelay=1
rgw_data = ${folder}
`

const credentials = { accessKeyId: "WHITEROOM", secretAccessKey: Redacted.make("a/secret+of=songs") }

/** Asks until there is an answer. Starting takes a while; there is nothing to wait for but an answer. */
const answers = async (endpoint: string, isRunning: () => boolean): Promise<void> => {
  while (isRunning()) {
    const isUp = await fetch(endpoint).then(
      ({ ok }) => ok,
      () => false
    )
    if (isUp) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error("radosgw has ended")
}

const start = async (folder: string, running: Array<ChildProcess>): Promise<string> => {
  const [monitor, gateway, fsid, disk] = [await freePort(), await freePort(), randomUUID(), randomUUID()]
  const conf = join(folder, "ceph.conf")
  for (const name of ["mon", "osd"]) mkdirSync(join(folder, name))
  writeFileSync(conf, settings(folder, fsid, monitor, gateway))
  const options = { cwd: folder, env: { ...process.env, CEPH_CONF: conf }, timeout: 60_000 }
  const serve = (program: string, args: ReadonlyArray<string>): ChildProcess => {
    const output = openSync(join(folder, `${program}.out`), "a")
    const child = spawn(program, args, { ...options, timeout: undefined, stdio: ["ignore", output, output] })
    running.push(child)
    return child
  }
  await run(
    "monmaptool",
    ["--create", "--fsid", fsid, "--addv", "a", `[v1:127.0.0.1:${monitor}]`, "monmap"],
    options
  )
  await run("ceph-mon", ["--mkfs", "-i", "a", "--monmap", "monmap"], options)
  serve("ceph-mon", ["-f", "-i", "a"])
  await run("ceph", ["osd", "create", disk], options)
  await run("ceph-osd", ["--mkfs", "-i", "0", "--osd-uuid", disk], options)
  keepUp(() => serve("ceph-osd", ["-f", "-i", "0"]))
  const keys = [
    "--access-key",
    credentials.accessKeyId,
    "--secret-key",
    Redacted.value(credentials.secretAccessKey)
  ]
  await run(
    "radosgw-admin",
    ["user", "create", "--uid", "songs", "--display-name", "songs", ...keys],
    options
  )
  const server = serve("radosgw", ["-n", "client.rgw", "--no-mon-config", "-f"])
  const endpoint = `http://127.0.0.1:${gateway}`
  await answers(endpoint, () => server.exitCode === null && server.signalCode === null)
  return endpoint
}

/** Starts the store again when it ends by itself, as its first start at times does before the monitor knows it. */
const keepUp = (serve: () => ChildProcess): void => {
  const child = serve()
  child.once("exit", (code) => {
    if (code !== null) keepUp(serve)
  })
}

const stop = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once("exit", () => resolve())
    child.kill("SIGKILL")
  })

const ask = async (
  endpoint: string,
  method: string,
  path: string,
  body?: string,
  headers: Readonly<Record<string, string>> = {}
) => {
  const signer = new AwsV4Signer({
    ...{ method, url: `${endpoint}/${path}`, headers },
    ...(body !== undefined && { body }),
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: Redacted.value(credentials.secretAccessKey),
    service: "s3",
    region: "default"
  })
  const signed = await signer.sign()
  const answer = await fetch(signed.url, {
    ...{ method, headers: signed.headers },
    ...(body !== undefined && { body })
  })
  const version = answer.headers.get("x-amz-version-id") ?? ""
  return { status: answer.status, text: await answer.text(), version }
}

const createBucket = async (
  endpoint: string,
  name: string,
  headers?: Readonly<Record<string, string>>
): Promise<void> => {
  const { status } = await ask(endpoint, "PUT", name, undefined, headers)
  if (status !== 200) throw new Error(`radosgw answered ${status}`)
}

/** One such server for as long as the scope lasts. It keeps nothing. */
export const radosgw = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const running = yield* Effect.acquireRelease(
    Effect.sync((): Array<ChildProcess> => []),
    (children) => Effect.promise(() => Promise.all(children.map(stop)))
  )
  const endpoint = yield* Effect.promise(() => start(folder, running))
  const server: Radosgw = {
    endpoint,
    credentials,
    makeBucket: (name, headers) => Effect.promise(() => createBucket(endpoint, name, headers)),
    ask: (method, path, body) => Effect.promise(() => ask(endpoint, method, path, body))
  }
  return server
})
