/** The settings of a server as the API and the command line take and tell them: what is secret goes into files, and comes back to nobody. */

import type * as SqlClient from "@effect/sql/SqlClient"
import { InvalidInput, isZone, type StorageFailed } from "@white-room/core"
import { hostOf, Mail, parseRule } from "@white-room/scheduler"
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type { Settings, SettingsChange } from "../api/Settings.js"
import type { ControlError } from "../control/Database.js"
import {
  changeLookedAfter,
  type GroupChange,
  type LookedAfter,
  listGroups,
  readLookedAfter
} from "../control/LookedAfter.js"
import { freshSecrets, keepSecret, readSecret } from "../library/Secrets.js"

/** What is said of the settings. */
export const readSettings = (
  data: string
): Effect.Effect<Settings, StorageFailed | ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    yield* freshSecrets(data)
    const { mail, webhook, digest, zone, absentDays } = yield* readLookedAfter
    const has = (name: Parameters<typeof readSecret>[1]) => readSecret(data, name) !== undefined
    return {
      mail: mail && { ...mail, hasPassword: has("mail-password") },
      webhook: webhook === null ? null : { host: webhook, signed: has("webhook-key"), ready: has("webhook") },
      ...{ digest, zone, absentDays },
      groups: (yield* listGroups).map(({ name, libraries, to, pausedUntil }) => ({
        ...{ group: name, libraries, to: to.length === 0 ? null : to },
        pausedUntil: pausedUntil === 0 ? null : new Date(pausedUntil).toISOString()
      }))
    }
  })

const invalid = (field: string, reason: string) => Effect.fail(new InvalidInput({ field, reason }))

const decodeMail = Schema.decodeUnknownEither(Mail)

/** The first thing that is wrong with mail, which repeats nothing of it. */
const faultOf = (error: ParseResult.ParseError): string =>
  ParseResult.ArrayFormatter.formatErrorSync(error)[0]?.message ?? "it cannot be read"

/** Who gets mail and by which server, as the scheduler takes it. */
const checkMail = ({ to, server, from, user }: NonNullable<SettingsChange["mail"]>, hasPassword: boolean) =>
  Effect.gen(function* () {
    if (user !== undefined && !hasPassword) return yield* invalid("mail", "a user needs a password")
    const read = decodeMail({
      ...{ to, server },
      ...(from !== undefined && { from }),
      ...(user !== undefined && { user, passwordFile: "/" })
    })
    if (read._tag === "Left") return yield* invalid("mail", faultOf(read.left))
    const { passwordFile: _, digest: __, ...mail } = read.right
    return mail satisfies NonNullable<LookedAfter["mail"]>
  })

const checkDigest = (rule: string) =>
  Effect.try({
    try: () => {
      if (rule !== "off") parseRule(rule)
      return rule
    },
    catch: (error) =>
      error instanceof InvalidInput
        ? error
        : new InvalidInput({ field: "digest", reason: "it must be a rule such as mondays 8:00, or off" })
  })

/** One line, of what can stand in one. */
const isLine = (text: string): boolean => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) && text.trim() === text

const checkWebhook = ({ url, key }: NonNullable<SettingsChange["webhook"]>) =>
  Effect.gen(function* () {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || /[\s\p{Cc}]/u.test(url))
      return yield* invalid("webhook", "it must be an address such as https://example.com/hook")
    const { username, password } = new URL(url)
    if (username !== "" || password !== "")
      return yield* invalid("webhook", "no name and no password may stand in the address")
    if (key !== undefined && !isLine(key)) return yield* invalid("webhook", "its key must be one line")
    return hostOf(url)
  })

const mailGroup = (
  { group, to, pausedUntil }: NonNullable<SettingsChange["groups"]>[number],
  server: string
) =>
  Effect.gen(function* () {
    if (to !== undefined && to !== null) yield* checkMail({ to, server }, false)
    const until = pausedUntil === null ? 0 : pausedUntil === undefined ? undefined : Date.parse(pausedUntil)
    if (Number.isNaN(until)) return yield* invalid("pausedUntil", "it must be a time")
    return { group, to: to === null ? [] : to, pausedUntil: until } satisfies GroupChange
  })

/** Changes settings, all that are named or none. */
export const changeSettings = (
  data: string,
  { mail, webhook, digest, zone, absentDays, groups = [] }: SettingsChange,
  actor: string
): Effect.Effect<void, InvalidInput | StorageFailed | ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    if (zone !== undefined && !isZone(zone))
      return yield* invalid("zone", "it must be a zone such as Europe/Berlin")
    const password = mail?.password
    const hasPassword = (yield* readSettings(data)).mail?.hasPassword === true || typeof password === "string"
    if (typeof password === "string" && !isLine(password))
      return yield* invalid("mail", "its password must be one line")
    const next = {
      ...(mail !== undefined && {
        mail: mail === null ? null : yield* checkMail(mail, password !== null && hasPassword)
      }),
      ...(webhook !== undefined && { webhook: webhook === null ? null : yield* checkWebhook(webhook) }),
      ...(digest !== undefined && { digest: yield* checkDigest(digest) }),
      ...(zone !== undefined && { zone }),
      ...(absentDays !== undefined && { absentDays })
    }
    const groupsNext = yield* Effect.forEach(groups, (each) => mailGroup(each, "smtps://checked.example"))
    // Secrets first: settings that name one have it.
    if (mail === null || password !== undefined)
      yield* keepSecret(data, "mail-password", mail === null ? undefined : (password ?? undefined))
    if (webhook !== undefined) {
      yield* keepSecret(data, "webhook", webhook?.url)
      yield* keepSecret(data, "webhook-key", webhook?.key)
    }
    yield* changeLookedAfter(next, groupsNext, actor)
  })
