/**
 * What the blocks of bundles hold. One pass reads, decompresses and hashes everything and keeps the tree nodes; a second
 * one gives out the documents that are wanted. Neither needs more memory than the trees and one block.
 */
import {
  BundleDamaged,
  BundleIncomplete,
  equalBytes,
  isWhiteRoomError,
  MalformedData,
  malformed,
  type NewObject,
  type NodeStore,
  type ObjectRef,
  type OnProgress,
  openBundleBlock,
  rootOf,
  toHex,
  treeInspector
} from "@white-room/core"
import type { Damage } from "../check/Findings.js"
import { reasonOf } from "../check/Findings.js"
import { brotli, sha256 } from "../object/Compression.js"
import { type BundleFile, fileName, framesOfFile } from "./BundleFile.js"
import { type BundledBackup, type BundleSet, backupsOf } from "./BundleFolder.js"

/** Where to look for objects that the bundles do not have: the library they are read for. */
export interface Fallback {
  readonly node: (hash: Uint8Array) => Uint8Array | undefined
  /** The length of a document, when it is there. */
  readonly documentLength: (hash: Uint8Array) => number | undefined
}

export interface AssessedBackup extends BundledBackup {
  /** What of it cannot be read. */
  readonly damaged: ReadonlyArray<Damage>
  /** False when even its list of songs cannot be read in full. */
  readonly listed: boolean
}

export interface BundleContents {
  readonly set: BundleSet
  readonly nodes: NodeStore
  readonly backups: ReadonlyArray<AssessedBackup>
  /** States that are not backups, with what of them cannot be read. */
  readonly states: ReadonlyArray<{
    readonly label: string
    readonly root: Uint8Array
    readonly damaged: ReadonlyArray<Damage>
    readonly listed: boolean
  }>
  /** Files that are not what was written. */
  readonly damaged: ReadonlyArray<Damage>
  readonly objects: number
  readonly bytes: number
}

const nodeMagic = Uint8Array.of(0x57, 0x52, 0x54)

const isNode = (bytes: Uint8Array): boolean => equalBytes(bytes.subarray(0, nodeMagic.length), nodeMagic)

/** Tells the progress over several files in bytes. */
export const progressOver = (
  files: ReadonlyArray<BundleFile>,
  step: string,
  onProgress: OnProgress | undefined
): ((bytes: number) => void) => {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  let done = 0
  return (bytes) => {
    done += bytes
    onProgress?.({ done, total: Math.max(done, total), step })
  }
}

/**
 * The objects of a file by their names, as views onto its blocks, and nothing after each block: then other work may be
 * done. A block that cannot be read is told and passed over.
 */
export function* objectsOfFile(
  file: string,
  damaged: (reason: string) => void,
  onRead: (bytes: number) => void
): Generator<NewObject | undefined> {
  let claimed = 0
  let found = 0
  try {
    for (const frame of framesOfFile(file, onRead)) {
      if (frame._tag === "End") claimed = frame.end.objects
      if (frame._tag !== "Block") continue
      try {
        for (const bytes of openBundleBlock(frame.block, brotli)) {
          found++
          yield { hash: sha256(bytes), bytes }
        }
      } catch (error) {
        if (!(error instanceof MalformedData)) throw error
        damaged(error.reason)
      }
      yield undefined
    }
    if (claimed !== found) damaged(`it holds ${found} objects in place of ${claimed}`)
  } catch (error) {
    if (!isWhiteRoomError(error)) throw error
    damaged(error instanceof BundleDamaged ? error.detail : reasonOf(error))
  }
}

/** More than any honest bundle of this size has: what goes on past it is made to fill the memory. */
const bounds = (bytes: number) => ({ objects: 10_000 + bytes / 4, nodeBytes: 32 * (1024 * 1024 + bytes) })

/** The first pass over the files of a set. */
class Pass {
  readonly nodes = new Map<string, Uint8Array>()
  readonly lengths = new Map<string, number>()
  readonly damaged: Array<Damage> = []
  objects = 0
  bytes = 0
  private nodeBytes = 0
  private readonly limit: ReturnType<typeof bounds>

  constructor(private readonly set: BundleSet) {
    this.limit = bounds(set.files.reduce((sum, { bytes }) => sum + bytes, 0))
  }

  *run(onProgress: OnProgress | undefined): Generator<void> {
    const onRead = progressOver(this.set.files, "read bundles", onProgress)
    for (const file of this.set.files) yield* this.readFile(file, onRead)
  }

  private *readFile(file: BundleFile, onRead: (bytes: number) => void): Generator<void> {
    const what = fileName(file.path)
    const damaged = (reason: string) => this.damaged.push({ what, reason, backups: [], entities: [] })
    for (const object of objectsOfFile(file.path, damaged, onRead)) {
      if (object === undefined) {
        yield
        continue
      }
      this.add(object)
      if (this.objects > this.limit.objects || this.nodeBytes > this.limit.nodeBytes)
        throw new BundleDamaged({
          path: file.path,
          detail: "it holds more than any honest bundle of its size"
        })
    }
  }

  private add({ hash, bytes }: NewObject): void {
    const name = toHex(hash)
    this.objects++
    this.bytes += bytes.length
    if (this.lengths.has(name)) return
    this.lengths.set(name, bytes.length)
    if (!isNode(bytes)) return
    this.nodes.set(name, bytes.slice())
    this.nodeBytes += bytes.length
  }
}

const nodesOf = (pass: Pass, fallback: Fallback | undefined): NodeStore => ({
  sha256,
  get: (hash) => {
    const node = pass.nodes.get(toHex(hash)) ?? fallback?.node(hash)
    if (node === undefined) throw malformed("tree node", "a part of the list of songs is missing")
    return node
  },
  put: () => {
    throw new Error("bundles are only read")
  }
})

/** Reads everything in these bundles and looks at every tree they name. Other fibers may run at each `yield`. */
export function* readContents(
  set: BundleSet,
  fallback: Fallback | undefined,
  onProgress?: OnProgress
): Generator<void, BundleContents> {
  const pass = new Pass(set)
  yield* pass.run(onProgress)
  const nodes = nodesOf(pass, fallback)
  const problemsOf = treeInspector(nodes, (ref: ObjectRef) => {
    const length = pass.lengths.get(toHex(ref.hash)) ?? fallback?.documentLength(ref.hash)
    if (length === undefined) throw malformed("document", "its document is missing")
    if (length !== ref.length) throw malformed("document", "its document has another length than it says")
  })
  const assess = (root: Uint8Array, backup: string) => {
    const problems = problemsOf(root)
    const damaged = problems.map(({ entity, error }): Damage => {
      const name = entity === undefined ? "a part of its list" : entity.name || entity.id
      return {
        what: entity === undefined ? `${backup}: ${name}` : `${entity.kind} ${name}`,
        reason: reasonOf(error),
        backups: [backup],
        entities: entity === undefined ? [] : [`${name} (${entity.id})`]
      }
    })
    return { damaged, listed: problems.every(({ entity }) => entity !== undefined) }
  }
  return {
    set,
    nodes,
    backups: backupsOf(set).map((each) => {
      const assessed = assess(each.taken.root, `b${each.taken.number}`)
      return { ...each, ...assessed, damaged: [...assessed.damaged, ...miscounted(each, nodes, assessed)] }
    }),
    states: set.files.flatMap(({ manifest: { state } }) =>
      state === undefined ? [] : [{ ...state, ...assess(state.root, state.label) }]
    ),
    damaged: pass.damaged,
    objects: pass.objects,
    bytes: pass.bytes
  }
}

/** A backup must hold as many as it says. */
const miscounted = (
  { taken }: BundledBackup,
  nodes: NodeStore,
  { listed }: { readonly listed: boolean }
): ReadonlyArray<Damage> => {
  if (!listed) return []
  const { song, performance, preferences } = rootOf(taken.root, nodes)
  const fits =
    song.count === taken.songs &&
    performance.count === taken.performances &&
    preferences.count === taken.preferences
  const backup = `b${taken.number}`
  return fits
    ? []
    : [{ what: `backup ${backup}`, reason: "it does not hold what it says", backups: [backup], entities: [] }]
}

/** Why something of a set cannot be read: a file that is not there, or damage. */
export const unreadable = (
  { set, damaged }: Pick<BundleContents, "set" | "damaged">,
  reason: string
): BundleIncomplete | BundleDamaged => {
  if (set.missing.length > 0) return new BundleIncomplete({ path: set.path, missing: set.missing })
  const [first] = damaged
  const detail = first === undefined ? reason : `${reason} (${first.what}: ${first.reason})`
  return new BundleDamaged({ path: set.path, detail })
}
