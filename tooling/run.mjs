// What `npm start`, `npm test` and the other root scripts run. Needs only Node and npm: it fetches the pinned pnpm,
// installs when something that matters changed, builds what is out of date, then does the job.
import { spawn, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statfsSync,
  writeFileSync
} from "node:fs"
import { availableParallelism } from "node:os"
import path from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const cache = path.join(root, "node_modules/.cache/white-room")
const stateFile = path.join(cache, "setup.json")
const turbo = "node_modules/turbo/bin/turbo"
const windows = process.platform === "win32"

process.chdir(root)
process.env.TURBO_TELEMETRY_DISABLED = "1"

/** How a quiet child runs: its output is kept, to be shown if it fails. */
const captured = { encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "pipe"] }

const commands = {
  start: { says: "build, then show a library being backed up and restored", run: start },
  test: { says: "build, then run every test", run: test },
  soak: { says: "build, then run the random tests with many rounds", run: soak },
  "soak:load": {
    says: "build, then two hundred devices, and a cluster whose nodes are killed, one after the other",
    run: soakLoad
  },
  s3: { says: "build, then test against a real S3 server, Debian's radosgw", run: s3 },
  cluster: {
    says: "build, then test the API against a cluster of three processes (needs postgresql)",
    run: cluster
  },
  "cluster-demo": {
    says: "build, then show three nodes and a hundred devices of which a node is killed (needs postgresql and radosgw)",
    run: clusterDemo
  },
  "cluster-simulation": {
    says: "build, then 10,000 libraries on three nodes of which one is killed each minute (-- --libraries 1000 --minutes 2)",
    run: clusterSimulation
  },
  setup: { says: "packages alone (-- --update-lockfile after a manifest was changed)", run: () => 0 },
  bench: { says: "build, then measure against the baselines", run: bench },
  build: { says: "build what is out of date", run: build },
  check: {
    says: "types, lint, boundaries, floors, streams, neutral, unused: the named ones, or all",
    run: check
  },
  lint: { says: "lint and formatting (-- --write to mend)", run: lint },
  pictures: {
    says: "the pages of the console as pictures, into docs/pictures (needs Chromium)",
    run: takePictures
  },
  docs: { says: "the API reference, from the docstrings into docs/api", run: docs }
}

const checks = {
  types: () => tasks("build", "typecheck"),
  lint: () => lint([]),
  boundaries: () => node(turbo, ["boundaries"]),
  floors: () => node("tooling/checks/floors.mjs", []),
  streams: () => node("tooling/checks/streams.mjs", []),
  neutral: () => tasks("build") || node("tooling/checks/coreIsNeutral.mjs", []),
  unused: () => node("node_modules/knip/bin/knip.js", ["--no-progress"])
}

/** What these find out is how quick a machine is, too: they run alone. */
const loads = ["manyDevices", "cluster", "clusterFaults", "clusterShared"].map(
  (name) => `apps/server/test/${name}.test.ts`
)

const [name, ...args] = process.argv.slice(2)
const command = Object.hasOwn(commands, name ?? "") ? commands[name] : undefined
if (command === undefined) {
  const lines = Object.entries(commands).map(([key, { says }]) => `  ${key.padEnd(5)} ${says}`)
  console.error(`usage: node tooling/run.mjs COMMAND\n\n${lines.join("\n")}`)
  process.exit(2)
}
setUp(name === "setup" && args.includes("--update-lockfile"))
process.exitCode = await command.run(args)

function start(args) {
  return (
    build() || script("tooling/demo/demo.mjs", args, "The demonstration is not part of this checkout yet.")
  )
}

function clusterDemo(args) {
  return build() || inMemory(() => nodeThatEnds("tooling/cluster/demo.mjs", args))
}

function clusterSimulation(args) {
  return build() || inMemory(() => nodeThatEnds("tooling/cluster/simulation.mjs", args))
}

function bench(args) {
  return (
    build() || script("tooling/bench/main.mjs", args, "The benchmarks are not part of this checkout yet.")
  )
}

/**
 * Ends with one line, `N passed, N failed, N skipped`, over the tests of all packages; those that are long are left out when nothing is
 * named (vitest.config.ts).
 */
async function test(args) {
  process.env.WHITEROOM_TESTS = "built"
  if (args.length === 0) process.env.WHITEROOM_LONG ??= "without"
  const report = path.join(cache, "vitest.json")
  rmSync(report, { force: true })
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`]
  const options = ["run", ...reporters, ...workersFor(args), ...args]
  const status = build() || (await inMemory(() => node("node_modules/vitest/vitest.mjs", options)))
  const counts = existsSync(report)
    ? countTests(JSON.parse(readFileSync(report, "utf8")))
    : { passed: 0, failed: 0, skipped: 0 }
  // A failed build, or an error outside all tests.
  if (status !== 0 && counts.failed === 0) counts.failed = 1
  if (args.length === 0 && process.env.WHITEROOM_LONG === "without")
    console.log("Long walks through the pages are left out: npm test -- --project console --project cli")
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
  return status
}

/**
 * One process more than there are cores, as much of a test's time is waiting for a server, a browser or a program. As many at least
 * as at most: of others the pool ends those that are idle for a moment, and with them the work that came in that moment.
 */
function workersFor(args) {
  const workers = availableParallelism() + 1
  return args.some((arg) => /^--(?:min|max)Workers/.test(arg))
    ? []
    : [`--minWorkers=${workers}`, `--maxWorkers=${workers}`]
}

/**
 * The temporary folders of the tests lie in memory, if there is a file system for that with room enough, from which
 * programs may be started: half of their time they would wait for a disk. A TMPDIR that is set stays.
 */
async function inMemory(run) {
  const memory = "/dev/shm"
  if (process.env.TMPDIR || !existsSync(memory)) return run()
  const { bavail, bsize } = statfsSync(memory)
  if (bavail * bsize < 4 * 2 ** 30) return run()
  const folder = mkdtempSync(path.join(memory, "white-room-"))
  try {
    // Some tests run Node as a user who may read nothing else.
    chmodSync(folder, 0o711)
    const program = path.join(folder, "program")
    writeFileSync(program, "#!/bin/sh\n", { mode: 0o755 })
    if (spawnSync(program).status === 0) process.env.TMPDIR = folder
    return await run()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The long tests with all their rounds, or the named ones; a quarter of the runs of the CLI are processes then. */
function soak(args) {
  process.env.SOAK = "1"
  return test(["--testTimeout=3600000", ...(args.length > 0 ? args : longTests())])
}

/** The tests that make `rounds`, and those of the CLI. */
function longTests() {
  return packageFolders().flatMap((name) => {
    const folder = path.join(name, "test")
    const files = readdirSync(folder, { recursive: true }).map((file) => path.join(folder, file))
    return files
      .filter((file) => file.endsWith(".test.ts"))
      .filter((file) => name === "packages/cli" || readFileSync(file, "utf8").includes('/soak.js"'))
      .filter((file) => !loads.includes(file))
  })
}

function soakLoad(args) {
  return soak(["--minWorkers=1", "--maxWorkers=1", ...loads, ...args])
}

/** The tests that want a real server: not in `npm test`, as it takes a while to start and is seldom installed. */
function s3(args) {
  process.env.WHITEROOM_S3_TESTS = "1"
  return test(["--project", "vault", "packages/vault/test/blobs/radosgw.test.ts", ...args])
}

/** The tests of the API, each server of which is a cluster: not in `npm test`, as three processes start each time, so one file at a time; or the named ones. */
function cluster(args) {
  process.env.WHITEROOM_CLUSTER = "1"
  const folder = "apps/server/test"
  const ofApi = readdirSync(folder)
    .filter((file) => file.endsWith(".test.ts"))
    .filter((file) => /\b(?:testServer|sharedServer)\(/.test(readFileSync(path.join(folder, file), "utf8")))
    .map((file) => path.join(folder, file))
  const one = ["--minWorkers=1", "--maxWorkers=1", "--testTimeout=600000"]
  return test(["--project", "server", ...one, ...(args.length > 0 ? args : ofApi)])
}

/** A test file that could not even be loaded counts as one failure. */
function countTests({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }) {
  const unloaded = testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((result) => result.status === "failed")
  )
  return {
    passed: numPassedTests,
    failed: numFailedTests + unloaded.length,
    skipped: numPendingTests + numTodoTests
  }
}

/** Runs the named checks, or all; also after one has failed, so that one run names all there is to mend. */
function check(names) {
  const unknown = names.filter((name) => !Object.hasOwn(checks, name))
  if (unknown.length > 0) {
    console.error(`No such check: ${unknown.join(", ")}. There are ${Object.keys(checks).join(", ")}.`)
    return 2
  }
  const chosen = names.length > 0 ? names : Object.keys(checks)
  const failed = chosen.filter((name) => checks[name]() !== 0)
  if (failed.length > 0) console.error(`Failed: ${failed.join(", ")}`)
  return failed.length > 0 ? 1 : 0
}

function lint(args) {
  return node("node_modules/@biomejs/biome/bin/biome", ["check", "--error-on-warnings", ...args])
}

function script(file, args, absent) {
  if (existsSync(file)) return node(file, args)
  console.log(absent)
  return 0
}

function takePictures() {
  return build() || node("apps/console/pictures.mjs", [])
}

function docs() {
  return build() || node("tooling/docs/main.mjs", [])
}

function build() {
  return tasks("build")
}

/** Runs these tasks of all packages, as far as their inputs changed; quiet, unless one fails. */
function tasks(...names) {
  const args = [turbo, "run", ...names, "--output-logs=errors-only"]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, captured)
  if (status !== 0) console.error(`${stdout}${stderr}`)
  return status ?? 1
}

function node(file, args) {
  return spawnSync(process.execPath, [file, ...args], { stdio: "inherit" }).status ?? 1
}

/** Runs what cleans up behind itself: told to end, it is waited for. */
function nodeThatEnds(file, args) {
  const child = spawn(process.execPath, [file, ...args], { stdio: "inherit" })
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)))
}

/** Puts pnpm on the path (turbo spawns it) and installs when Node, the lockfile or a manifest changed. */
function setUp(updatesLockfile) {
  const fingerprint = fingerprintOfInputs()
  const known = readState()
  const pnpm = known !== undefined && existsSync(known.pnpm) ? known.pnpm : findPnpm()
  process.env.PATH = `${path.dirname(pnpm)}${path.delimiter}${process.env.PATH ?? ""}`
  if (known?.fingerprint !== fingerprint || updatesLockfile) install(pnpm, updatesLockfile)
  if (known?.fingerprint !== fingerprint || known.pnpm !== pnpm) {
    mkdirSync(cache, { recursive: true })
    // After the install, which may have changed the lockfile.
    writeFileSync(stateFile, JSON.stringify({ fingerprint: fingerprintOfInputs(), pnpm }))
  }
}

function readState() {
  try {
    return JSON.parse(readFileSync(stateFile, "utf8"))
  } catch {
    return undefined // Absent or cut short: set up again.
  }
}

function packageFolders() {
  return ["packages", "apps"].flatMap((folder) =>
    readdirSync(folder)
      .sort()
      .map((name) => `${folder}/${name}`)
  )
}

function fingerprintOfInputs() {
  const manifests = [".", "tooling", ...packageFolders()].map((folder) => `${folder}/package.json`)
  const hash = createHash("sha256").update(`${process.version} ${process.platform} ${process.arch}`)
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc", ...manifests]) {
    if (existsSync(file)) hash.update(`\0${file}\0`).update(readFileSync(file))
  }
  return hash.digest("hex")
}

/** The pnpm that `packageManager` names, from npm's own cache. (Corepack's shim fails on Node 20.) */
function findPnpm() {
  const { packageManager } = JSON.parse(readFileSync("package.json", "utf8"))
  const find = windows ? "where pnpm.cmd" : "command -v pnpm"
  const { status, stdout, stderr } = npm("exec", "--yes", `--package=${packageManager}`, "-c", find)
  const found = stdout.trim().split(/\r?\n/)[0]
  if (status === 0 && found) return found
  console.error(`${stderr.trim()}\n\nCould not fetch ${packageManager} with npm. Is the registry reachable?`)
  process.exit(1)
}

function npm(...args) {
  const running = process.env.npm_execpath ?? ""
  return running.endsWith("npm-cli.js")
    ? spawnSync(process.execPath, [running, ...args], captured)
    : spawnSync(windows ? "npm.cmd" : "npm", windows ? args.map((arg) => JSON.stringify(arg)) : args, {
        ...captured,
        shell: windows
      })
}

/** What the lockfile says, or nothing. Quiet, unless it fails: then its whole log. */
function install(pnpm, updatesLockfile) {
  console.log("Installing packages (the first time this compiles SQLite, a minute or two) …")
  const began = Date.now()
  const lock = updatesLockfile ? "--no-frozen-lockfile" : "--frozen-lockfile"
  const { status, stdout, stderr } = spawnSync(
    windows ? `"${pnpm}"` : pnpm,
    ["install", lock, "--reporter=append-only"],
    {
      ...captured,
      env: { ...process.env, ...headersOfThisNode() },
      shell: windows
    }
  )
  if (status !== 0) {
    console.error(`${stdout}${stderr}\nInstalling failed; see above. Nothing else was done.`)
    if (/ERR_PNPM_(?:OUTDATED_LOCKFILE|LOCKFILE_CONFIG_MISMATCH)/.test(`${stdout}${stderr}`))
      console.error("If the manifests are as you want them: npm run setup -- --update-lockfile")
    process.exit(1)
  }
  console.log(`Installed in ${Math.round((Date.now() - began) / 1000)} s.`)
}

/**
 * Where there is no prebuilt driver for this machine, it is compiled against Node's headers. Distributions ship those
 * beside Node; where they are missing, node-gyp's default downloads them.
 */
function headersOfThisNode() {
  const prefix = path.dirname(path.dirname(realpathSync(process.execPath)))
  const header = path.join(prefix, "include/node/node_version.h")
  const major = process.versions.node.split(".")[0]
  const fits =
    existsSync(header) && readFileSync(header, "utf8").includes(`#define NODE_MAJOR_VERSION ${major}\n`)
  return fits ? { npm_config_nodedir: prefix } : {}
}
