/** Live rows are read back and held against the plan that they were written by, before anything is committed. */
import {
  type Cell,
  changedInRecord,
  encodeRecord,
  equalBytes,
  equalCells,
  kinds,
  type NewObject,
  type PlanItem,
  RestoreNotVerified,
  type Row,
  Text
} from "@white-room/core"
import { keysAtOnce } from "../live/Selection.js"
import { sha256 } from "../object/Compression.js"
import type { Session } from "../session/Session.js"
import { label } from "./label.js"

/** What was read for an item, to write it. */
export interface ReadForItem {
  readonly documents: Array<NewObject>
  /** All cells of its record, where all were written and each document is as long as the record says. */
  cells?: Row | undefined
}

interface WrittenItem extends ReadForItem {
  readonly item: PlanItem
}

const areSame = (stored: Cell | undefined, written: Cell): boolean =>
  stored instanceof Text &&
  written instanceof Text &&
  stored.string === undefined &&
  written.string === undefined
    ? Buffer.compare(stored.bytes, written.bytes) === 0
    : equalCells(stored, written)

const hasCells = (row: Row, cells: Row): boolean => {
  if (row.size !== cells.size) return false
  for (const [column, cell] of cells) if (!areSame(row.get(column), cell)) return false
  return true
}

/** The live row must now be exactly the record of the plan. @throws RestoreNotVerified */
const verifyItem = ({ item, documents, cells }: WrittenItem, row: Row | undefined): void => {
  // A record has one form, so a row with its cells is that record.
  if (row !== undefined && cells !== undefined && item.action !== "delete" && hasCells(row, cells)) return
  // What has the bytes of a document has its hash.
  const hashOf = (bytes: Uint8Array) =>
    documents.find((document) => Buffer.compare(document.bytes, bytes) === 0)?.hash ?? sha256(bytes)
  const record = row && encodeRecord(item.kind, row, hashOf).record
  const fits =
    item.action === "delete" ? record === undefined : record && item.after && equalBytes(record, item.after)
  if (fits === true) return
  const columns = record && item.after ? changedInRecord(item.kind, record, item.after) : []
  throw new RestoreNotVerified({ detail: `${label(item)} ${columns.join(", ")}`.trim() })
}

/** Items that are written before they are read back: their pages are still in memory then. */
const verifiedTogether = keysAtOnce

/** Verifies each item after it was written, in small batches. */
export class Verifier {
  private waiting: Array<WrittenItem> = []

  constructor(private readonly session: Session) {}

  /** @throws RestoreNotVerified */
  add(item: PlanItem, { documents, cells }: ReadForItem): void {
    this.waiting.push({ item, documents, cells })
    if (this.waiting.length >= verifiedTogether) this.finish()
  }

  /** @throws RestoreNotVerified */
  finish(): void {
    for (const kind of kinds) {
      const written = this.waiting.filter(({ item }) => item.kind === kind)
      if (written.length === 0) continue
      const rows = this.session.tables[kind]?.getEach(written.map(({ item }) => item.id))
      for (const each of written) verifyItem(each, rows?.get(each.item.id))
    }
    this.waiting = []
  }
}
