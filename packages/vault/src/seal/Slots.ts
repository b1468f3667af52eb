/**
 * Key slots: what opens a sealed vault, for one passphrase or one recipient. A slot is an X25519 identity that rings are
 * encrypted to. `keys/<slot>.age` has it, encrypted with age; one that is held (on paper, in the key file of a daemon) has
 * no file. The `age` program opens both, the slot and then the ring.
 */
import {
  FileEncrypted,
  FileTampered,
  FileTruncated,
  isWhiteRoomError,
  NoMatchingIdentity,
  NotAgeFile,
  PassphraseTooCostly,
  utf8,
  VaultDamaged,
  type WhiteRoomError,
  WrongPassphrase
} from "@white-room/core"
import { type AgeKeys, readIdentities } from "@white-room/store"
import { decryptBytes, encryptBytes } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"

/** What opens a vault: a passphrase, or age identities (`AGE-SECRET-KEY-1…`). */
export type VaultKeys = AgeKeys

/** How a new slot is locked. */
export type SlotLock =
  | {
      readonly passphrase: string
      /** The scrypt cost, as a power of two. Default 18: about two seconds for each try. */
      readonly workFactor?: number
    }
  | {
      /** An age recipient (`age1…`). */
      readonly recipient: string
    }

/** Errors of age as ours; what is thrown otherwise is a bug. */
export const withAge = <A>(run: () => Promise<A>): Effect.Effect<A, WhiteRoomError> =>
  Effect.catchAll(Effect.tryPromise({ try: run, catch: (error) => error }), (error) =>
    isWhiteRoomError(error) ? Effect.fail(error) : Effect.die(error)
  )

/** The name of a slot's file. */
export const slotName = (slot: string): string => `keys/${slot}.age`

/** Whether a file is that of a slot. */
export const isSlotName = (name: string): boolean => /^keys\/[0-9a-f]{16}\.age$/.test(name)

/** The bytes of a slot's file. */
export const lockSlot = (identity: string, lock: SlotLock): Effect.Effect<Uint8Array, WhiteRoomError> =>
  withAge(() =>
    encryptBytes(utf8(`${identity}\n`), "recipient" in lock ? { recipients: [lock.recipient] } : lock)
  )

/** A slot's file as it was found. */
export interface SlotFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** All passphrase slots together may ask for the work of sixteen usual ones; looked at before any of it is done. */
const mostWork = 2 ** 22

/** The work a file asks a passphrase for, as its header says; 0 for a file that is for recipients, or no age file. */
const workOf = ({ bytes }: SlotFile): number => {
  const head = Buffer.from(bytes.subarray(0, 200)).toString("latin1")
  const [, factor] = /^age-encryption\.org\/v1\n-> scrypt \S+ (\d+)\n/.exec(head) ?? []
  return factor === undefined ? 0 : 2 ** Number(factor)
}

const isForOthers = (error: WhiteRoomError): boolean =>
  error instanceof WrongPassphrase || error instanceof NoMatchingIdentity || error instanceof FileEncrypted

const isBroken = (error: WhiteRoomError): boolean =>
  error instanceof FileTampered || error instanceof FileTruncated || error instanceof NotAgeFile

/** What opening one of many came to. */
type Try<A> = { readonly _tag: "Opened"; readonly value: A } | { readonly _tag: "ForOthers" | "Broken" }

const tried = <A>(open: Effect.Effect<A, WhiteRoomError>): Effect.Effect<Try<A>, WhiteRoomError> =>
  open.pipe(
    Effect.map((value): Try<A> => ({ _tag: "Opened", value })),
    Effect.catchIf(isForOthers, () => Effect.succeed<Try<A>>({ _tag: "ForOthers" })),
    Effect.catchIf(isBroken, () => Effect.succeed<Try<A>>({ _tag: "Broken" }))
  )

/** Opens an age file of a vault; `undefined` when it is for others, or broken. */
export const tryOpen = (
  { name, bytes }: SlotFile,
  keys: VaultKeys
): Effect.Effect<Uint8Array | undefined, WhiteRoomError> =>
  Effect.map(tried(withAge(() => decryptBytes(bytes, keys, name))), (result) =>
    result._tag === "Opened" ? result.value : undefined
  )

/** What of these keys a slot's file is for. */
const keysFor = (file: SlotFile, { passphrase, identities = [] }: VaultKeys): VaultKeys | undefined => {
  if (workOf(file) > 0) return passphrase === undefined ? undefined : { passphrase }
  return identities.length > 0 ? { identities } : undefined
}

/**
 * Opens slots with these keys, the cheapest first, until what one holds is enough: each passphrase takes seconds.
 * Fails with `WrongPassphrase` or `NoMatchingIdentity` when they open none, or with `VaultDamaged` when that may be
 * because a slot is broken.
 */
export const openSlots = (
  files: ReadonlyArray<SlotFile>,
  keys: VaultKeys,
  place: string,
  isEnough: (identities: ReadonlyArray<string>) => Effect.Effect<boolean, WhiteRoomError>
): Effect.Effect<void, WhiteRoomError> =>
  Effect.gen(function* () {
    const meant = files.flatMap((file) => {
      const fitting = keysFor(file, keys)
      return fitting === undefined ? [] : [{ file, fitting, work: workOf(file) }]
    })
    const work = meant.reduce((sum, each) => sum + each.work, 0)
    if (work > mostWork)
      return yield* new PassphraseTooCostly({
        file: place,
        workFactor: Math.ceil(Math.log2(work)),
        limit: Math.log2(mostWork)
      })
    let opened = 0
    let broken: string | undefined
    for (const { file, fitting } of meant.toSorted((a, b) => a.work - b.work)) {
      const result = yield* tried(withAge(() => decryptBytes(file.bytes, fitting, file.name)))
      if (result._tag === "Broken") broken ??= file.name
      if (result._tag !== "Opened") continue
      opened++
      const identities = yield* withAge(async () => readIdentities(new TextDecoder().decode(result.value)))
      if (yield* isEnough(identities)) return
    }
    if (opened > 0) return
    if (broken !== undefined)
      return yield* new VaultDamaged({ place, detail: `${broken} is broken, and no other slot opens` })
    return yield* keys.passphrase === undefined
      ? new NoMatchingIdentity({ file: place })
      : new WrongPassphrase({ file: place })
  })
