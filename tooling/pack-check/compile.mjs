// Compiles the named programs with an old and the newest TypeScript, the libraries' own declarations checked as well. What
// other packages' declarations get wrong is theirs: only messages about these programs and our packages count.
import { spawnSync } from "node:child_process"

const compilers = ["typescript-5.4", "typescript-7"]
const resolutions = [
  ["nodenext", "nodenext"],
  ["esnext", "bundler"]
]
const options = [
  "--noEmit --pretty false --target es2022 --lib es2023 --types node",
  "--strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --skipLibCheck false"
].flatMap((line) => line.split(" "))
const programs = process.argv.slice(2)
const ours = /^(?:\w+\.mts|node_modules\/@white-room\/(?!\w+\/node_modules\/))/

let failed = false
for (const compiler of compilers)
  for (const [module, moduleResolution] of resolutions) {
    const args = [...options, "--module", module, "--moduleResolution", moduleResolution, ...programs]
    const tsc = `node_modules/${compiler}/bin/tsc`
    const { stdout, status } = spawnSync(process.execPath, [tsc, ...args], { encoding: "utf8" })
    const messages = stdout.split("\n").filter((line) => ours.test(line))
    const others = stdout
      .split("\n")
      .filter((line) => line.startsWith("node_modules/") && !ours.test(line)).length
    // A compiler that did not run says nothing about files.
    const ran = status === 0 || messages.length > 0 || others > 0
    console.log(
      `${compiler}, ${moduleResolution}: ${ran ? `${messages.length} messages` : stdout}, ${others} of other packages`
    )
    for (const message of messages.slice(0, 20)) console.log(`  ${message}`)
    failed ||= !ran || messages.length > 0
  }
process.exitCode = failed ? 1 : 0
