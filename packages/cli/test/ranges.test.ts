/** What is asked of a vault with --from comes by a few ranges of it: counted by a bucket that has a vault of a folder. */
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import { expect, onTestFinished } from "vitest"
import { song, withLibrary } from "./support/library.js"
import { it, summaryOf, type Whiteroom } from "./support/whiteroom.js"

/** Serves the files of a folder as a bucket that can only be read. */
const bucketOf = async (folder: string) => {
  const asked: Array<{ readonly what: string; readonly bytes: number }> = []
  const files = () =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => statSync(path.join(folder, name)).isFile())
      .map((name) => name.split(path.sep).join("/"))
      .sort()
  const listing = (prefix: string): string => {
    const contents = files()
      .filter((name) => name.startsWith(prefix))
      .map((name) => {
        const { size, mtime } = statSync(path.join(folder, name))
        return `<Contents><Key>${name}</Key><Size>${size}</Size><LastModified>${mtime.toISOString()}</LastModified></Contents>`
      })
    return `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join("")}</ListBucketResult>`
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://here")
    const key = decodeURIComponent(url.pathname.split("/").slice(2).join("/"))
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? []
    const isList = url.searchParams.has("list-type")
    const whole = isList
      ? Buffer.from(listing(url.searchParams.get("prefix") ?? ""))
      : files().includes(key)
        ? readFileSync(path.join(folder, key))
        : undefined
    if (whole === undefined) {
      response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>")
      return
    }
    const body = from === undefined ? whole : whole.subarray(Number(from), Number(to) + 1)
    asked.push({ what: isList ? "list" : key, bytes: body.length })
    const range = { "content-range": `bytes ${from}-${Number(from) + body.length - 1}/${whole.length}` }
    response.writeHead(from === undefined ? 200 : 206, from === undefined ? {} : range).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => void server.close())
  return { asked, port: (server.address() as AddressInfo).port }
}

const noise = (seed: number): string => {
  let state = seed + 1
  return Array.from({ length: 1000 }, () => {
    state = (state * 48_271) % 2_147_483_647
    return state.toString(36)
  }).join("")
}

const songs = 300

/** A vault of three hundred songs that do not compress, in a bucket. */
const inBucket = async (whiteroom: Whiteroom) => {
  await withLibrary(whiteroom, (library) =>
    Effect.gen(function* () {
      const all = Array.from({ length: songs }, (_, index) =>
        song(`s-${index}`, `Song ${index}`, noise(index))
      )
      yield* library.songs.upsertAll(all)
      yield* library.backups.take({ description: "all of them" })
      yield* library.songs.upsertAll([song("s-7", "Song 7", noise(7007))])
    })
  )
  mkdirSync(whiteroom.at("stick"))
  await whiteroom.run(["vault", "add", "studio", "stick"])
  await whiteroom.run(["push"])
  const [folder = ""] = await whiteroom.list("stick")
  const bucket = await bucketOf(whiteroom.at("stick", folder))
  const endpoint = `http://127.0.0.1:${bucket.port}`
  const from = `s3://songs?endpoint=${encodeURIComponent(endpoint)}`
  const env = { AWS_ACCESS_KEY_ID: "ada", AWS_SECRET_ACCESS_KEY: "lovelace" }
  const ask = async (...words: ReadonlyArray<string>) => {
    bucket.asked.length = 0
    const result = await whiteroom.run([...words, "--from", from, "--json"], { env })
    expect(result).toMatchObject({ code: 0 })
    return result
  }
  const cost = () => ({
    requests: bucket.asked.length,
    bytes: bucket.asked.reduce((sum, { bytes }) => sum + bytes, 0)
  })
  const all = readdirSync(whiteroom.at("stick"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".seg"))
    .reduce((sum, name) => sum + statSync(whiteroom.at("stick", name)).size, 0)
  return { ask, cost, all, env, from, endpoint }
}

it("list, show, history, diff, find and restore --from take what they tell of, and no more", async ({
  whiteroom
}) => {
  const { ask, cost, all } = await inBucket(whiteroom)
  expect(all).toBeGreaterThan(1_000_000)
  const [backup] = JSON.parse((await ask("list")).stdout)
  expect(backup).toMatchObject({ number: 1, songs, description: "all of them" })
  expect(cost().requests).toBeLessThanOrEqual(4)
  expect(cost().bytes).toBeLessThan(all / 5)
  const shown = JSON.parse((await ask("show", "b1")).stdout)
  expect(shown.entries).toHaveLength(songs)
  expect(cost().requests).toBeLessThanOrEqual(4)
  expect(cost().bytes).toBeLessThan(all / 5)
  const versions = JSON.parse((await ask("history", "Song 7")).stdout)
  expect(versions.map(({ version }: { version: number }) => version)).toEqual([1, 2])
  expect(cost().requests).toBeLessThanOrEqual(8)
  expect(cost().bytes).toBeLessThan(all / 2)
  const difference = JSON.parse((await ask("diff", "b1")).stdout)
  expect(difference).toMatchObject({ from: "b1", to: "now", changed: [{ id: "s-7" }] })
  expect(cost().requests).toBeLessThanOrEqual(8)
  expect(cost().bytes).toBeLessThan(all / 2)
  expect(difference).toEqual(JSON.parse((await whiteroom.run(["diff", "b1", "--json"])).stdout))
  const found = (await ask("find", "song 299")).stdout
  expect(found).toBe((await whiteroom.run(["find", "song 299", "--json"])).stdout)
  expect(cost().requests).toBeLessThanOrEqual(5)
  expect(cost().bytes).toBeLessThan(all / 5)
  await withLibrary(whiteroom, (library) => library.songs.delete("s-7"))
  for (const [source, document] of [
    ["b1", noise(7)],
    ["@302", noise(7007)]
  ] as const) {
    const restored = summaryOf(await ask("restore", source, "--song", "Song 7", "-y"))
    expect(restored).toMatchObject({ songsRestored: 1, isSuccess: true })
    expect(cost().requests).toBeLessThanOrEqual(9)
    expect(cost().bytes).toBeLessThan(all / 2)
    const song = JSON.parse((await whiteroom.run(["song", "show", "s-7", "--json"])).stdout)
    expect(song.songDataJSON).toBe(document)
  }
  // What takes all of it does so.
  await ask("history", "Song 7", "--version", "1")
  expect(cost().bytes).toBeGreaterThanOrEqual(all)
})

it("clone takes the server of a bucket beside its name, and of nothing else", async ({ whiteroom }) => {
  const { env, endpoint } = await inBucket(whiteroom)
  const clone = (place: string) =>
    whiteroom.run(["clone", place, "--endpoint", endpoint, "-l", whiteroom.at("copy.db"), "--json"], { env })
  expect((await clone("stick")).stderr).toContain("are about buckets")
  const cloned = await clone("s3://songs")
  expect(cloned).toMatchObject({ code: 0, stderr: "" })
  expect(summaryOf(cloned)).toMatchObject({ songs, backups: 1, damaged: [] })
})

it("what was read of a bucket before is asked for once, and kept for this user alone", async ({
  whiteroom
}) => {
  const { ask, cost, env, from } = await inBucket(whiteroom)
  const cached = { ...env, WHITEROOM_CACHE: "", XDG_CACHE_HOME: whiteroom.at("cache") }
  const look = async (...words: ReadonlyArray<string>) => {
    await ask("list")
    const before = cost().requests
    const result = await whiteroom.run([...words, "--from", from, "--json"], { env: cached })
    expect(result).toMatchObject({ code: 0 })
    return { stdout: result.stdout, requests: cost().requests - before }
  }
  for (const words of [["list"], ["show", "b1"], ["history", "Song 7"]]) {
    const first = await look(...words)
    const second = await look(...words)
    expect(second.stdout).toBe(first.stdout)
    expect(first.stdout).toBe((await ask(...words)).stdout)
    expect(second.requests).toBeLessThanOrEqual(first.requests)
    // What the vault is, what is in it; of a history its events and documents.
    if (words[0] !== "history") expect(second.requests).toBe(2)
  }
  const kept = whiteroom.at("cache", "white-room", "vaults")
  const files = readdirSync(kept, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(kept, name))
    .filter((file) => statSync(file).isFile())
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600)
})
