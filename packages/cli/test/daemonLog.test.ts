/** Lines of the daemon's log. */
import { expect, it } from "vitest"
import { type DaemonLine, logText } from "../src/daemon/LogLine.js"

const run = (more: Partial<Extract<DaemonLine, { readonly event: "run" }>>): DaemonLine => ({
  message_type: "event",
  time: "2026-11-22T18:00:03.120Z",
  event: "run",
  profile: "daily",
  activity: "copy",
  place: "/media/disk",
  outcome: "failed",
  dueAt: "2026-11-22T18:00:00.000Z",
  startedAt: "2026-11-22T18:00:03.000Z",
  endedAt: "2026-11-22T18:00:03.100Z",
  attempt: 1,
  missed: 0,
  forgotten: 0,
  backupId: undefined,
  number: undefined,
  detail: undefined,
  warnings: [],
  ...more
})

it("say what there is to say, and nothing of what there is not", () => {
  const words = "2026-11-22T18:00:03.120Z run profile=daily activity=copy place=/media/disk outcome=failed"
  expect(logText(run({}))).toBe(`${words} seconds=0.1`)
  // The clock was set back meanwhile.
  expect(logText(run({ endedAt: "2001-01-01T00:00:00.000Z" }))).toBe(`${words} seconds=0`)
  expect(logText(run({ detail: 'it is "away"', number: 3, attempt: 2 }))).toBe(
    `${words} attempt=2 number=3 detail="it is \\"away\\"" seconds=0.1`
  )
})

it("tell of letters, and of what waits", () => {
  const begin = { message_type: "event", time: "2026-11-22T18:00:03.120Z" } as const
  const digest = {
    ...begin,
    event: "digest",
    profile: "daily",
    to: ["ada@example.com", "bea@example.com"]
  } as const
  expect(logText({ ...digest, outcome: "done", warnings: [] })).toBe(
    '2026-11-22T18:00:03.120Z digest profile=daily to="ada@example.com; bea@example.com" outcome=done'
  )
  expect(logText({ ...begin, event: "paused", profile: "daily", reason: "it runs on battery" })).toBe(
    '2026-11-22T18:00:03.120Z paused profile=daily reason="it runs on battery"'
  )
})

it("stay one line each, whatever is in them", () => {
  const text = logText(run({ detail: "a\u001b[2J\u202e\nb" }))
  expect(text).toContain("detail=a")
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
  expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/)
})
