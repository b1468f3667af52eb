/**
 * What the backups of bundles come to, judged by what was found in the files: one pass reads, decompresses and hashes
 * everything and keeps the tree nodes; a second one gives out the documents that are wanted.
 */
import {
  andMore,
  BoundedList,
  BundleDamaged,
  BundleIncomplete,
  type BundleManifest,
  type NodeStore,
  type ObjectRef,
  type OnProgress,
  rootOf,
  treeInspector
} from "@white-room/core"
import type { Damage } from "../check/Findings.js"
import { reasonOf } from "../check/Findings.js"
import { fileName } from "./BundleFile.js"
import { type BundledBackup, type BundleSet, backupsOf } from "./BundleFolder.js"
import { type Fallback, Found, type FoundFile } from "./Found.js"
import { type WholePart, wholePart } from "./WholePart.js"

interface Assessed {
  /** What of it cannot be read. */
  readonly damaged: ReadonlyArray<Damage>
  /** False when even its list of songs cannot be read in full. */
  readonly listed: boolean
}

export interface AssessedBackup extends BundledBackup, Assessed {
  /** False when its list can be read and is not what it says of it. */
  readonly counted: boolean
}

export interface AssessedState extends Assessed {
  readonly label: string
  readonly root: Uint8Array
}

export interface BundleContents {
  readonly set: BundleSet
  readonly nodes: NodeStore
  readonly backups: ReadonlyArray<AssessedBackup>
  /** States that are not backups. */
  readonly states: ReadonlyArray<AssessedState>
  /** Files that are not what was written. */
  readonly damaged: ReadonlyArray<Damage>
  readonly found: Found
  /** What can be read of a state of which not everything can. */
  readonly partOf: (root: Uint8Array) => WholePart
}

/** Tells the progress over several files in bytes. */
export const progressOver = (
  files: ReadonlyArray<FoundFile>,
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

/** The files of a set, and what is left of those that it lacks: objects have their names, whatever file they lie in. */
export const filesToRead = ({ files, remains }: BundleSet): ReadonlyArray<FoundFile> => [...files, ...remains]

/** Judges states by what was found. What they share is looked at once. */
const assessor = (found: Found, fallback?: Fallback) => {
  const nodes = found.nodes(fallback)
  const problemsOf = treeInspector(nodes, (ref: ObjectRef) => found.requireDocument(ref, fallback))
  return (root: Uint8Array, backup: string): Assessed => {
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
}

/** Reads everything in these bundles and looks at every tree they name. Other fibers may run at each `yield`. */
export function* readContents(
  set: BundleSet,
  fallback?: Fallback,
  onProgress?: OnProgress
): Generator<void, BundleContents> {
  const found = new Found()
  const files = filesToRead(set)
  const onRead = progressOver(files, "read bundles", onProgress)
  for (const file of files) yield* found.read(file, onRead)
  const nodes = found.nodes(fallback)
  const assess = assessor(found, fallback)
  return {
    set,
    nodes,
    backups: backupsOf(set).map((each) => {
      const assessed = assess(each.taken.root, `b${each.taken.number}`)
      const wrong = miscounted(each, nodes, assessed)
      return { ...each, ...assessed, counted: wrong.length === 0, damaged: [...assessed.damaged, ...wrong] }
    }),
    states: set.files.flatMap(({ manifest: { state } }) =>
      state === undefined ? [] : [{ ...state, ...assess(state.root, state.label) }]
    ),
    damaged: found.damaged,
    found,
    partOf: (root) => wholePart(root, nodes, (ref) => found.requireDocument(ref, fallback))
  }
}

/** A backup must hold as many as it says. */
const miscounted = (
  { taken }: Pick<BundledBackup, "taken">,
  nodes: NodeStore,
  { listed }: Assessed
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

/** Everything that a manifest names must be there, to the last byte. @throws BundleDamaged for a file that is not so */
export const requireWhole = (path: string, { backups, state }: BundleManifest, found: Found): void => {
  const assess = assessor(found)
  const nodes = found.nodes()
  for (const taken of backups) {
    const assessed = assess(taken.root, `b${taken.number}`)
    const [damage] = [...assessed.damaged, ...miscounted({ taken }, nodes, assessed)]
    if (damage !== undefined) throw new BundleDamaged({ path, detail: `${damage.what}: ${damage.reason}` })
  }
  const [damage] = state === undefined ? [] : assess(state.root, state.label).damaged
  if (damage !== undefined) throw new BundleDamaged({ path, detail: `${damage.what}: ${damage.reason}` })
}

/** The first of many names, and how many more there are. */
export const firstOf = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const first = new BoundedList<string>(andMore)
  first.addAll(names)
  return first.items
}

/** Why something of a set cannot be read: a file that is not there, or damage. */
export const unreadable = (
  { set, damaged }: Pick<BundleContents, "set" | "damaged">,
  reason: string
): BundleIncomplete | BundleDamaged => {
  if (set.missing.length > 0) return new BundleIncomplete({ path: set.path, missing: firstOf(set.missing) })
  const [first] = damaged
  const detail = first === undefined ? reason : `${reason} (${first.what}: ${first.reason})`
  return new BundleDamaged({ path: set.path, detail })
}

/** One line for what several backups lack in the same way. */
export const together = (damaged: ReadonlyArray<Damage>): ReadonlyArray<Damage> => {
  const byWhat = new Map<string, Damage>()
  for (const each of damaged) {
    const key = `${each.what} ${each.reason} ${each.entities.join()}`
    const known = byWhat.get(key)
    byWhat.set(key, known === undefined ? each : { ...each, backups: [...known.backups, ...each.backups] })
  }
  return [...byWhat.values()]
}

/** Files that are not there, or of which only a part can be read, and on which others build. */
export const missingFiles = ({ path, missing, remains }: BundleSet): ReadonlyArray<Damage> => {
  const damage = (what: string, reason: string): Damage => ({ what, reason, backups: [], entities: [] })
  const left = new Set(remains.map((file) => fileName(file.path)))
  const found = new BoundedList<Damage>((count) => damage(path, andMore(count)))
  for (const file of missing)
    found.add(
      damage(
        file,
        left.has(file)
          ? "only a part of it can be read; others build on it"
          : "it is missing; others build on it"
      )
    )
  return found.items
}
