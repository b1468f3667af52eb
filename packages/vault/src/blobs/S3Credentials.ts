/** What the programs of AWS read to find an account: variables and files, the variables first. */
import { readFile } from "node:fs/promises"
import { homedir } from "node:os"
import * as path from "node:path"
import { errorCode, InvalidInput } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { onlyInput } from "./onlyInput.js"

export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: Redacted.Redacted
  /** Of keys that were lent for some hours. */
  readonly sessionToken?: Redacted.Redacted | undefined
}

export interface S3Account {
  readonly credentials: S3Credentials
  readonly region?: string | undefined
  readonly endpoint?: string | undefined
}

export type Environment = Readonly<Record<string, string | undefined>>

type Section = ReadonlyMap<string, string>

/** The sections of such a file: `[name]`, `key = value`, comments, and indented lines that belong to a key, passed over. */
const sectionsOf = (text: string): ReadonlyMap<string, Section> => {
  const sections = new Map<string, Map<string, string>>()
  let current: Map<string, string> | undefined
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[\s*(.+?)\s*\]/.exec(line)?.[1]
    if (header !== undefined) {
      current = sections.get(header) ?? new Map<string, string>()
      sections.set(header, current)
    }
    const [, key, value] = /^([A-Za-z0-9_-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (key !== undefined && value !== undefined) current?.set(key.toLowerCase(), value)
  }
  return sections
}

const empty: Section = new Map()

const readSection = async (file: string, names: ReadonlyArray<string>): Promise<Section> => {
  try {
    const sections = sectionsOf(await readFile(file, "utf8"))
    return names.flatMap((name) => sections.get(name) ?? [])[0] ?? empty
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return empty
    throw new InvalidInput({ field: file, reason: `it cannot be read (${errorCode(error)})` })
  }
}

const nonEmpty = (value: string | undefined): string | undefined => (value === "" ? undefined : value)

const credentialsOf = (id?: string, secret?: string, token?: string): S3Credentials | undefined =>
  id === undefined || secret === undefined
    ? undefined
    : {
        accessKeyId: id,
        secretAccessKey: Redacted.make(secret),
        sessionToken: token === undefined ? undefined : Redacted.make(token)
      }

const readAccount = async (env: Environment, home: string): Promise<S3Account> => {
  const of = (name: string) => nonEmpty(env[name])
  const profile = of("AWS_PROFILE") ?? "default"
  const keys = await readSection(
    of("AWS_SHARED_CREDENTIALS_FILE") ?? path.join(home, ".aws", "credentials"),
    [profile]
  )
  const settings = await readSection(of("AWS_CONFIG_FILE") ?? path.join(home, ".aws", "config"), [
    `profile ${profile}`,
    profile
  ])
  const inFiles = (name: string) => nonEmpty(keys.get(name)) ?? nonEmpty(settings.get(name))
  // Half of one pair and half of another would be a wrong key of neither.
  const credentials =
    credentialsOf(of("AWS_ACCESS_KEY_ID"), of("AWS_SECRET_ACCESS_KEY"), of("AWS_SESSION_TOKEN")) ??
    credentialsOf(
      inFiles("aws_access_key_id"),
      inFiles("aws_secret_access_key"),
      inFiles("aws_session_token")
    )
  if (credentials === undefined)
    throw new InvalidInput({
      field: "AWS_ACCESS_KEY_ID",
      reason: `no key was found in the environment or in the profile ${profile} of ~/.aws/credentials; keys that a program or a sign-in lends are put into the environment by \`aws configure export-credentials --format env\``
    })
  return {
    credentials,
    region: of("AWS_REGION") ?? of("AWS_DEFAULT_REGION") ?? inFiles("region"),
    endpoint: of("AWS_ENDPOINT_URL_S3") ?? of("AWS_ENDPOINT_URL") ?? inFiles("endpoint_url")
  }
}

/** The account that the environment and `~/.aws` of this user name. `AWS_PROFILE` chooses among several. */
export const readS3Account = (
  env: Environment = process.env,
  home: string = env.HOME ?? homedir()
): Effect.Effect<S3Account, InvalidInput> =>
  onlyInput(Effect.tryPromise({ try: () => readAccount(env, home), catch: (error) => error }))
