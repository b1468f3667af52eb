/**
 * The recovery kit: one page with what brings a library back when nothing else is left. As text it is an identity file, so
 * the page itself opens the vault, with `whiteroom` and with the `age` program.
 */
import { shellWord, type WhiteRoomError } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { addHeldSlot, openSealed, type SealedVault } from "./SealedVault.js"
import { startedLines } from "./StartedLine.js"
import { kitLabel } from "./VaultFacts.js"

export interface KitOptions {
  /** The place as it is written on the command line; default: as the vault knows it. */
  readonly place?: string | undefined
  /** What its slot is called. Default: recovery kit. */
  readonly label?: string | undefined
}

export interface RecoveryKit {
  /** An identity file, all else in it as comments. A secret. */
  readonly text: string
  /** The same as a page to be printed; it loads nothing. A secret. */
  readonly html: string
  /** The vault as it opens now: the kit has a slot of its own. */
  readonly vault: SealedVault
  /** The id of that slot. */
  readonly slot: string
}

/** What is on the page. */
interface Content {
  readonly facts: ReadonlyArray<readonly [what: string, value: string]>
  readonly heads: ReadonlyArray<string>
  readonly commands: ReadonlyArray<string>
  readonly identity: string
}

/** What a path may say on one line. */
const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, " ")

const headsOf = (vault: SealedVault): Effect.Effect<ReadonlyArray<string>, WhiteRoomError> =>
  Effect.map(startedLines(vault), (lines) => {
    const heads = lines.map(({ line, segments, start: { device } }) => {
      const [last] = segments.toSorted((a, b) => b.last - a.last)
      const reached = last === undefined ? "nothing yet" : `@${last.last} ${last.head}`
      return `${oneLine(device)}  line ${line.slice(0, 8)}  ${reached}`
    })
    return heads.length === 0 ? ["nothing yet: what is pushed later comes too"] : heads
  })

const title = "White Room recovery kit"
const warning =
  "Anyone who has this page can read the vault. Keep it where you keep your papers, not on this computer."

const textOf = ({ facts, heads, commands, identity }: Content): string =>
  [
    title,
    warning,
    "",
    ...facts.map(([what, value]) => `${`${what}:`.padEnd(13)}${value}`),
    "",
    "The vault had, when this was made:",
    ...heads.map((head) => `  ${head}`),
    "",
    "To bring everything back, save this page as kit.txt, or type its last line into it, and run:",
    ...commands.map((command) => `  ${command}`),
    ""
  ]
    .map((line) => `# ${line}`.trimEnd())
    .concat(identity, "")
    .join("\n")

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const rows = ({ facts }: Content): string =>
  facts.map(([what, value]) => `<dt>${escaped(what)}</dt><dd>${escaped(value)}</dd>`).join("\n")

const htmlOf = (content: Content, code: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>
body { font: 11pt/1.4 sans-serif; max-width: 42em; margin: 2em auto; color: #000; background: #fff }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1em }
dd { margin: 0 } dd, pre { font-family: monospace; overflow-wrap: anywhere; white-space: pre-wrap }
svg { width: 5cm; height: 5cm; display: block }
</style>
</head>
<body>
<h1>${title}</h1>
<p><strong>${warning}</strong></p>
<dl>
${rows(content)}
</dl>
<h2>The key</h2>
${code}
<pre>${escaped(content.identity)}</pre>
<h2>To bring everything back</h2>
<p>Write the key into a file <code>kit.txt</code> (the code above has it too), and run:</p>
<pre>${content.commands.map(escaped).join("\n")}</pre>
<h2>What the vault had when this was made</h2>
<pre>${content.heads.map(escaped).join("\n")}</pre>
</body>
</html>
`

/** A fingerprint as people compare it. */
export const groupedFingerprint = (fingerprint: string): string =>
  fingerprint.match(/.{1,4}/g)?.join(" ") ?? ""

/** Makes a kit with a slot of its own, and opens the vault with it before it is given out. */
export const exportKit = (
  vault: SealedVault,
  { place = vault.blobs.place, label = kitLabel }: KitOptions = {}
): Effect.Effect<RecoveryKit, WhiteRoomError> =>
  Effect.gen(function* () {
    const heads = yield* headsOf(vault)
    const { identity, slot } = yield* addHeldSlot(vault, label)
    const opened = yield* openSealed(vault.blobs, { identities: [identity] })
    const made = new Date(yield* Clock.currentTimeMillis).toISOString().slice(0, 10)
    const content: Content = {
      facts: [
        ["Place", oneLine(place)],
        ["Vault", vault.id],
        ["Fingerprint", groupedFingerprint(vault.keyring.fingerprint)],
        ["Key", slot.slot],
        ["Made", made]
      ],
      heads,
      commands: [`whiteroom clone ${shellWord(place)} --identity kit.txt`],
      identity
    }
    // Loaded when it is needed, as it seldom is.
    const { encodeQR } = yield* Effect.promise(() => import("qr"))
    const html = htmlOf(content, encodeQR(identity, "svg", { ecc: "quartile" }))
    return { text: textOf(content), html, vault: opened, slot: slot.slot }
  })
