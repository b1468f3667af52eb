// One door to stdout and stderr: packages/cli/src/terminal/Stream.ts. Whatever else writes there would let escape
// sequences of names and files through, and would not notice a full disk.
import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))
const door = "packages/cli/src/terminal/Stream.ts"

/** Ways to a stream of the process. Streams of children (`child.stdout`) are another thing. */
const ways = [
  [/\bprocess\s*(?:\?\.|\.)\s*(?:stdout|stderr)\b(?!\.isTTY)/, "a stream of the process"],
  [/\bprocess\s*\[/, "a property of the process that cannot be read here"],
  [/\{[^{}]*\b(?:stdout|stderr)\b[^{}]*\}\s*=\s*process\b/, "a stream of the process"],
  [/\bconsole\s*(?:\?\.|\.|\[)/, "the console"],
  [/\bprocess\s*\.\s*(?:_rawDebug|binding)\b/, "the console"],
  [
    /\b(?:writeSync|appendFileSync|writeFileSync|createWriteStream)\(\s*(?:[12]\b|["'`]\/dev\/(?:std|fd|tty))/,
    "a descriptor"
  ],
  [/from\s+["']node:(?:process|console|tty)["']/, "a module with the streams"]
]

/** Without comments, whose examples may print what they like. */
const codeOf = (text) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "))
    .replace(/(^|[\s;{}(])\/\/.*$/gm, "$1")

const lineOf = (text, index) => text.slice(0, index).split("\n").length

const faults = readdirSync(path.join(root, "packages")).flatMap((name) =>
  readdirSync(path.join(root, "packages", name, "src"), { recursive: true })
    .map((file) => ["packages", name, "src", ...file.split(path.sep)].join("/"))
    .filter((file) => file.endsWith(".ts") && file !== door)
    .flatMap((file) => {
      const code = codeOf(readFileSync(path.join(root, file), "utf8"))
      return ways.flatMap(([way, what]) =>
        [...code.matchAll(new RegExp(way, "g"))].map(
          ({ index }) => `${file}:${lineOf(code, index)} reaches ${what}; ${door} is the only door`
        )
      )
    })
)
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exit(1)
console.log(`Nothing but ${door} writes to stdout or stderr.`)
