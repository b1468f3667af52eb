// Whose a shard is, as the library under the cluster asks.
import * as Runner from "@effect/cluster/Runner"
import * as RunnerAddress from "@effect/cluster/RunnerAddress"
import { RunnerStorage } from "@effect/cluster/RunnerStorage"
import * as ShardId from "@effect/cluster/ShardId"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import { layerMembership } from "../src/cluster/Membership.js"
import { layerSqlite } from "../src/control/Database.js"

it.effect(
  "a node that asks for what another is giving up gets all of it when that has ended, in one go",
  () =>
    Effect.gen(function* () {
      const nodes = yield* RunnerStorage
      const [one, other] = [RunnerAddress.make("one", 1), RunnerAddress.make("other", 1)]
      for (const address of [one, other])
        yield* nodes.register(Runner.make({ address, groups: ["default"], weight: 1 }), true)
      const shards = [1, 2, 3].map((id) => ShardId.make("default", id))
      expect(yield* nodes.acquire(one, shards)).toEqual(shards)
      const asking = yield* Effect.fork(nodes.acquire(other, shards))
      yield* TestClock.adjust("100 millis")
      for (const shard of shards.slice(0, 2)) yield* nodes.release(one, shard)
      yield* TestClock.adjust("100 millis")
      yield* nodes.releaseAll(one)
      yield* TestClock.adjust("100 millis")
      expect(yield* Fiber.join(asking)).toEqual(shards)
      // What is not to be had is not waited for without end: the library that asks gives it two seconds.
      const again = yield* Effect.fork(nodes.acquire(one, shards))
      yield* TestClock.adjust("1500 millis")
      expect(yield* Fiber.join(again)).toEqual([])
    }).pipe(
      Effect.provide(
        Layer.provide(
          layerMembership("secret", () => {}),
          layerSqlite(":memory:")
        )
      )
    )
)
