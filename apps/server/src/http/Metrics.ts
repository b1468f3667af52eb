/** What the server counts, as Prometheus reads it. Labels name kinds of requests, never libraries or people. */

import { Counter, Gauge, Registry } from "prom-client"
import type { GroupArrivals } from "../control/Arrivals.js"

export interface Metrics {
  readonly requests: Counter<"method" | "route" | "status">
  /** Requests that were answered as before, without asking a library. */
  readonly again: Counter
  readonly received: Counter
  readonly sent: Counter
  readonly uploads: Gauge
  readonly text: (facts: Facts) => Promise<string>
}

interface MirrorFacts {
  readonly failingSince: number | undefined
  readonly waiting: number
  readonly wholeAt: number
}

/** What is asked for when somebody looks. */
interface Facts {
  readonly libraries: number
  readonly usedBytes: number
  readonly quotaBytes: number
  /** The largest share of its room that a library has used. */
  readonly fullest: number
  /** `oldest`: how long nothing came into the library of a group that waits longest, in milliseconds. */
  readonly groups: ReadonlyArray<Pick<GroupArrivals, "group" | "libraries" | "oldest" | "stale">>
  readonly freeBytes: number
  /** Libraries whose last proof brought them back whole, and those of which it did not. */
  readonly proven: number
  readonly failed: number
  /** How long ago the oldest of these proofs was, in milliseconds. */
  readonly oldestProof: number
  /** Library files that were made to be read. */
  readonly openLibraries: number
  /** Library files that can be made again: how much there is, and how often each of that happened. */
  readonly copies: {
    readonly bytes: number
    readonly found: number
    readonly made: number
    readonly dropped: number
  }
  readonly mirror: MirrorFacts | undefined
  /** When it was last looked whether the audit log is as it was written, and what was wrong. */
  readonly audit: { readonly at: number; readonly fault: string }
}

export const makeMetrics = (): Metrics => {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Counter({
    name: "whiteroom_requests_total",
    help: "Requests that were answered.",
    labelNames: ["method", "route", "status"] as const,
    registers
  })
  const again = new Counter({
    name: "whiteroom_answered_again_total",
    help: "Reads that were answered as before, since nothing was written.",
    registers
  })
  const received = new Counter({
    name: "whiteroom_received_bytes_total",
    help: "Bytes of files that were kept.",
    registers
  })
  const sent = new Counter({
    name: "whiteroom_sent_bytes_total",
    help: "Bytes of files that were sent.",
    registers
  })
  const uploads = new Gauge({
    name: "whiteroom_uploads",
    help: "Files that are coming in now.",
    registers
  })
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers })
  const libraries = gauge("whiteroom_libraries", "Libraries that are kept.")
  const used = gauge("whiteroom_used_bytes", "Bytes that all libraries take up.")
  const quota = gauge("whiteroom_quota_bytes", "Bytes that all libraries may take up.")
  const fullest = gauge(
    "whiteroom_fullest_library_ratio",
    "The largest share of its room that a library used."
  )
  const ofGroup = (name: string, help: string) =>
    new Gauge({ name: `whiteroom_group_${name}`, help, labelNames: ["group"], registers })
  const groupLibraries = ofGroup(
    "libraries",
    "Libraries of devices, by group; the empty one is of those in none."
  )
  const groupOldest = ofGroup(
    "oldest_arrival_seconds",
    "How long nothing came into the library that waits longest, by group."
  )
  const groupStale = ofGroup(
    "stale_libraries",
    "Libraries into which nothing came for as many days as a digest tells of, by group."
  )
  const free = gauge("whiteroom_free_bytes", "Bytes that are free on the disk.")
  const proven = gauge("whiteroom_libraries_proven", "Libraries that the last proof brought back whole.")
  const failed = gauge(
    "whiteroom_libraries_not_proven",
    "Libraries that the last proof did not bring back whole."
  )
  const oldest = gauge("whiteroom_oldest_proof_seconds", "How long ago the oldest proof of a library was.")
  const open = gauge("whiteroom_libraries_readable", "Libraries that were made ready to be read.")
  const copiesBytes = gauge(
    "whiteroom_copies_bytes",
    "Bytes of library files in the data folder that can be made again."
  )
  const copies = new Gauge({
    name: "whiteroom_copies",
    help: "How often a library file was there when somebody asked (found), was made (made), and went to make room (dropped), since the start.",
    labelNames: ["what"] as const,
    registers
  })
  const memory = gauge("whiteroom_resident_bytes", "Memory of the process.")
  const mirrorUp = gauge("whiteroom_mirror_up", "1 when there is a mirror and it works.")
  const mirrorWhole = gauge(
    "whiteroom_mirror_whole_timestamp_seconds",
    "When the mirror had everything last."
  )
  const mirrorWaiting = gauge("whiteroom_mirror_waiting", "Files that are to be put into the mirror.")
  const auditWhole = gauge("whiteroom_audit_whole", "1 when the audit log was as it was written, last.")
  const auditLooked = gauge("whiteroom_audit_looked_timestamp_seconds", "When that was looked at last.")
  return {
    requests,
    again,
    received,
    sent,
    uploads,
    text: (facts) => {
      libraries.set(facts.libraries)
      used.set(facts.usedBytes)
      quota.set(facts.quotaBytes)
      fullest.set(facts.fullest)
      for (const each of [groupLibraries, groupOldest, groupStale]) each.reset()
      for (const { group, libraries: count, oldest: waits, stale } of facts.groups) {
        groupLibraries.set({ group }, count)
        groupOldest.set({ group }, Math.round(waits / 1000))
        groupStale.set({ group }, stale)
      }
      free.set(facts.freeBytes)
      proven.set(facts.proven)
      failed.set(facts.failed)
      oldest.set(Math.round(facts.oldestProof / 1000))
      open.set(facts.openLibraries)
      copiesBytes.set(facts.copies.bytes)
      for (const what of ["found", "made", "dropped"] as const) copies.set({ what }, facts.copies[what])
      mirrorUp.set(facts.mirror !== undefined && facts.mirror.failingSince === undefined ? 1 : 0)
      mirrorWhole.set((facts.mirror?.wholeAt ?? 0) / 1000)
      mirrorWaiting.set(facts.mirror?.waiting ?? 0)
      auditWhole.set(facts.audit.at > 0 && facts.audit.fault === "" ? 1 : 0)
      auditLooked.set(facts.audit.at / 1000)
      memory.set(process.memoryUsage().rss)
      return registry.metrics()
    }
  }
}
