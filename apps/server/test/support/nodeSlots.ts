/**
 * Three nodes that end and begin again, each in its data folder, and a balancer before them as docs/scale.md has it: what asks goes by turns to
 * those that answer 200 at `/health/ready`.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type ClusterNode, clusterNode, freePort, type NodeWish } from "./cluster.js"
import { inTurns } from "./inTurns.js"
import { type Answer, askServer, type TestServer } from "./server.js"
import { temporaryFolder } from "./temporaryFolder.js"

/** One request to one node, and what became of it; in milliseconds of this process. */
export interface Attempt {
  readonly slot: number
  readonly path: string
  readonly began: number
  readonly ended: number
  /** The status and the type of a problem, or that nobody answered. */
  readonly outcome: string
}

export interface NodeSlots {
  /** A server as its users see it: requests are made again until they are answered, as clients do. */
  readonly server: TestServer
  readonly nodes: ReadonlyArray<ClusterNode>
  /** Begins a node again that has ended. */
  readonly begin: (slot: number) => Effect.Effect<void, never, Scope.Scope>
  /** What the nodes logged of faults, the ones that ended too. */
  readonly faults: ReadonlyArray<string>
  readonly attempts: ReadonlyArray<Attempt>
}

/** So often, and for so long, the balancer asks each node whether it is ready. */
const everyMs = 500
const readyMs = 1000

/** A request that is not answered in this time is made again. */
const answerMs = 30_000

/** What is to be asked again: a node is gone, a library on its way, a bucket away. */
const isPassing = ({ status }: Answer): boolean => status >= 500 || status === 429

const pause = (ms: number) => Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, ms)))

const isReady = (address: string): Effect.Effect<boolean> =>
  Effect.promise(() =>
    fetch(`${address}/health/ready`, { signal: AbortSignal.timeout(readyMs) }).then(
      ({ ok, body }) => body?.cancel().then(() => ok) ?? ok,
      () => false
    )
  )

/** A node does not start while there is no bucket; what runs it (`Restart=on-failure`) tries again. */
const isAway = (why: unknown): boolean => String(why).includes("PlaceUnreachable")

/** Starts them; `wishes`: what each of them is started with. */
export const nodeSlots = (
  wishes: ReadonlyArray<NodeWish>,
  onAgain: (why: string) => void
): Effect.Effect<NodeSlots, never, Scope.Scope> =>
  Effect.gen(function* () {
    const faults: Array<string> = []
    const nodes: Array<ClusterNode> = []
    const attempts: Array<Attempt> = []
    let ready: ReadonlyArray<string> = []
    const folders = yield* Effect.forEach(wishes, () => temporaryFolder)
    // One that begins again is the node that it was: the same libraries come to it.
    const ports = yield* Effect.forEach(wishes, () => freePort)
    const onLog: NodeWish["onLog"] = (line) => {
      if (line.level === "error") faults.push(`${line.event} ${line.fault}`)
    }
    const begin = (slot: number) =>
      Effect.gen(function* () {
        const wish = wishes[slot]
        if (wish === undefined) return yield* Effect.dieMessage("no such node")
        nodes[slot] = yield* clusterNode({ ...wish, data: folders[slot], cluster: ports[slot], onLog }).pipe(
          Effect.catchAllDefect((why) => (isAway(why) ? Effect.fail(why) : Effect.die(why))),
          Effect.tapError(() => pause(1000)),
          Effect.eventually
        )
      })
    const look = Effect.gen(function* () {
      const all = yield* Effect.forEach(
        nodes,
        ({ address }) => Effect.map(isReady(address), (is) => (is ? [address] : [])),
        { concurrency: "unbounded" }
      )
      ready = all.flat()
    })
    for (const slot of wishes.keys()) yield* begin(slot)
    yield* look
    yield* Effect.forkScoped(Effect.forever(Effect.zipRight(pause(everyMs), look)))
    const address = yield* inTurns(() => ready)
    let turn = 0
    const attempt = (...asking: Parameters<TestServer["ask"]>): Effect.Effect<Answer, string> =>
      Effect.suspend(() => {
        const node = ready[turn++ % Math.max(1, ready.length)]
        if (node === undefined) return Effect.fail("no node is ready")
        const slot = nodes.findIndex(({ address: each }) => each === node)
        const began = performance.now()
        const note = (outcome: string) =>
          Effect.sync(() => {
            attempts.push({ slot, path: asking[1], began, ended: performance.now(), outcome })
          })
        return askServer(node)(...asking).pipe(
          Effect.timeoutFail({ duration: answerMs, onTimeout: () => "no answer" }),
          Effect.filterOrFail(
            (answer) => !isPassing(answer),
            ({ status, json }) => `${status} ${json.type}`
          ),
          Effect.catchAllDefect(() => Effect.fail("gone")),
          Effect.tapBoth({ onFailure: note, onSuccess: ({ status }) => note(String(status)) })
        )
      })
    const ask: TestServer["ask"] = (...asking) =>
      attempt(...asking).pipe(
        Effect.tapError((why) =>
          Effect.zipRight(
            Effect.sync(() => onAgain(why)),
            pause(200)
          )
        ),
        Effect.eventually
      )
    const { signIn } = nodes[0] ?? {}
    const server: TestServer = {
      ...{ address, url: address, pin: undefined, rebuilt: undefined, signIn, data: "", log: [], ask }
    }
    return { server, nodes, begin, faults, attempts }
  })
