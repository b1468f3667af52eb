// Those who use a cluster: devices that push their own libraries, and a web app that writes libraries there. Each keeps account of what it was told is kept.
import { createHash, randomBytes, randomUUID } from "node:crypto"
import path from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { createLibrary, openLibrary } from "@white-room/store"
import { addVault, clone, keepServerKey, openKnown, push, vaultAt } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"

/** How long somebody goes on asking before giving up: on a busy machine three nodes take their time. */
const patienceMs = 180_000

/** Asks until it succeeds, as devices do: what does not answer now may in a moment. */
export const insisting = async (what, work) => {
  const end = Date.now() + patienceMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (Date.now() > end) throw new Error(`${what}: ${error.message ?? error}`)
      await pause(250)
    }
  }
}

/** A request; fails for what is to be asked again: the node is gone, the library on its way, or so much was asked at once. */
export const ask = async (address, method, url, { token, body, headers = {} } = {}) => {
  const response = await fetch(address + url, {
    method,
    signal: AbortSignal.timeout(30_000),
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers
    },
    ...(body !== undefined && { body: JSON.stringify(body) })
  })
  const text = await response.text()
  if (response.status === 429 || response.status >= 500)
    throw new Error(`${response.status} ${text.slice(0, 200)}`)
  return { status: response.status, json: text === "" ? {} : JSON.parse(text) }
}

/** Exchanges a code for a secret of one's own. */
export const enrol = async (address, code, device) => {
  const token = randomBytes(32).toString("base64url")
  const secretHash = createHash("sha256").update(token).digest("hex")
  const { status } = await insisting("enrolling", () =>
    ask(address, "POST", "/v1/enrolments", { body: { code, secretHash, device } })
  )
  if (status !== 200) throw new Error(`${device} was not let in: ${status}`)
  return token
}

/** Somebody who was invited by the admin and came. */
export const invited = async (address, admin, name, role) => {
  const { status, json } = await insisting("inviting", () =>
    ask(address, "POST", "/v1/invitations", { token: admin, body: { name, role } })
  )
  if (status !== 200) throw new Error(`${name} was not invited: ${status}`)
  return { token: await enrol(address, json.code, name), library: json.libraries[0] }
}

const song = (id) => ({
  ...{ id, name: `Song ${id}`, determinismSeed: "1" },
  songDataJSON: JSON.stringify({ notes: randomBytes(300).toString("hex") })
})

/** A device with a library of its own, which it pushes to the server. `kept`: its songs that the server said it has. */
export const makeDevice = async (folder, address, admin, name) => {
  const { token, library: id } = await invited(address, admin, name, "device")
  const place = `${address}/${id}`
  const scope = Effect.runSync(Scope.make())
  const run = (effect) => Effect.runPromise(Scope.extend(effect, scope))
  const here = { settings: path.join(folder, name), library: path.join(folder, `${name}.db`), env: {} }
  const key = { place, token: Redacted.make(token) }
  await run(keepServerKey(here.settings, key))
  await run(createLibrary(here.library))
  const library = await run(openLibrary(here.library, { actor: name }))
  const written = new Map()
  const kept = new Map()
  let known
  const device = {
    ...{ name, kept },
    write: async (songId) => {
      const made = song(songId)
      await run(library.songs.create(made))
      written.set(songId, made.songDataJSON)
    },
    push: () =>
      insisting(`${name} pushes`, async () => {
        const sent = new Map(written)
        known ??= (await run(addVault(library, "school", place, here))).known
        await run(Effect.flatMap(openKnown(known, here), (vault) => push(library, vault, known)))
        for (const [each, document] of sent) kept.set(each, document)
      }),
    /** Brings everything back into a new file, as onto a new computer; gives what is not there as it was. */
    lost: async () => {
      const there = {
        settings: path.join(folder, `${name}-new`),
        library: path.join(folder, `${name}-new.db`)
      }
      await run(keepServerKey(there.settings, key))
      await insisting(`${name} brings back`, () =>
        run(
          Effect.flatMap(vaultAt(place, { ...there, env: {} }), (vault) =>
            clone(vault, there.library, { name: "school" })
          )
        )
      )
      return Effect.runPromise(
        Effect.scoped(
          Effect.gen(function* () {
            const back = yield* openLibrary(there.library)
            const missing = []
            for (const [each, document] of kept) {
              const found = yield* Effect.option(back.songs.read(each))
              if (found._tag === "None" || found.value.songDataJSON !== document) missing.push(each)
            }
            return missing
          })
        )
      )
    },
    close: () => Effect.runPromise(Scope.close(scope, Exit.void))
  }
  return device
}

/** A library that a web app writes on the server itself. `kept`: its songs that the server said it has. */
export const makeHome = async (address, token, name) => {
  const id = `${name}-${randomUUID().slice(0, 8)}`
  const made = await insisting(`${name} begins`, () =>
    ask(address, "PUT", `/v1/libraries/${id}`, { token, headers: { "if-none-match": "*" }, body: { name } })
  )
  if (made.status > 201) throw new Error(`${name} was not made: ${made.status}`)
  const kept = new Map()
  return {
    ...{ name, id, kept },
    write: async (songId) => {
      const { id: _, ...wish } = song(songId)
      // The same key each time: however often it is asked, it is done once.
      const headers = { "if-none-match": "*", "idempotency-key": randomUUID() }
      const { status, json } = await insisting(`${name} saves`, () =>
        ask(address, "PUT", `/v1/libraries/${id}/songs/${songId}`, { token, headers, body: wish })
      )
      if (status !== 201) throw new Error(`${name}: ${songId} was answered ${status} ${JSON.stringify(json)}`)
      kept.set(songId, wish.songDataJSON)
    },
    lost: async () => {
      const missing = []
      for (const [songId, document] of kept) {
        const { json } = await insisting(`${name} reads`, () =>
          ask(address, "GET", `/v1/libraries/${id}/songs/${songId}`, { token })
        )
        if (json.songDataJSON !== document) missing.push(songId)
      }
      return missing
    }
  }
}
