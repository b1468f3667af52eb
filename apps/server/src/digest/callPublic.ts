import * as dns from "node:dns"
import * as http from "node:http"
import * as https from "node:https"
import * as net from "node:net"
import { OutsideFailed, signature, signatureHeader } from "@white-room/scheduler"

/** Loopback, link-local, private, shared, metadata, multicast, reserved: none of them is somewhere outside. */
const inside = new net.BlockList()
for (const [network, prefix] of [
  ...([
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12"
  ] as const),
  ...(["192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"] as const),
  ...(["198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"] as const)
].map((each) => each.split("/")))
  inside.addSubnet(network ?? "", Number(prefix), "ipv4")

/** Of IPv6 only what is routed everywhere counts, and of that no address that holds one of IPv4. */
const outside6 = new net.BlockList()
outside6.addSubnet("2000::", 3, "ipv6")
const holding4 = new net.BlockList()
for (const [network, prefix] of [
  ["2002::", 16],
  ["2001::", 32],
  ["2001:db8::", 32]
] as const)
  holding4.addSubnet(network, prefix, "ipv6")

const isPublic = (address: string): boolean =>
  net.isIPv4(address)
    ? !inside.check(address, "ipv4")
    : net.isIPv6(address) && outside6.check(address, "ipv6") && !holding4.check(address, "ipv6")

const refusal = () => new OutsideFailed("leads to this machine or its network, which is not called")

type Resolve = (host: string) => Promise<ReadonlyArray<dns.LookupAddress>>

const resolveHere: Resolve = (host) => dns.promises.lookup(host, { all: true })

/** The connection is made to the very address that was looked at: a name that is answered otherwise the next time gains nothing. */
const lookupPublic =
  (resolve: Resolve): net.LookupFunction =>
  (host, { all }, done) => {
    const found = resolve(host).then((addresses) => {
      const [first] = addresses
      if (first === undefined || !addresses.every(({ address }) => isPublic(address))) throw refusal()
      return { addresses, first }
    })
    found.then(
      ({ addresses, first }) =>
        all === true ? done(null, [...addresses]) : done(null, first.address, first.family),
      (error) => done(error instanceof Error ? error : refusal(), "", 0)
    )
  }

export interface PublicCall {
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  readonly now: number
  readonly keyFile?: string | undefined
  /** How names are resolved; by the system, unless a test says otherwise. */
  readonly resolve?: Resolve | undefined
}

const reasonOf = (error: unknown): string => {
  if (error instanceof OutsideFailed) return error.message
  const code = error instanceof Error && "code" in error ? String(error.code) : ""
  return /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? `could not be reached (${code})` : "could not be reached"
}

const post = (url: URL, body: string, { signal, now, keyFile, resolve = resolveHere }: PublicCall) =>
  new Promise<number>((done, fail) => {
    // An address that is written out is looked up by nobody.
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1")
    if (net.isIP(host) !== 0 && !isPublic(host)) return fail(refusal())
    const request = (url.protocol === "https:" ? https : http).request(
      url,
      {
        method: "POST",
        agent: false,
        signal,
        lookup: lookupPublic(resolve),
        headers: {
          "user-agent": "white-room-server",
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          ...(keyFile !== undefined && { [signatureHeader]: signature(body, keyFile, now) })
        }
      },
      (response) => {
        done(response.statusCode ?? 0)
        response.destroy()
      }
    )
    request.once("error", fail)
    request.end(body)
  })

/**
 * Sends JSON to an address outside, signed when there is a key. What leads to this machine or into its network is not called,
 * whatever its name is, and no redirect is followed. @throws OutsideFailed that says the host and no more of the address
 */
export const callPublic = async (address: string, message: unknown, options: PublicCall): Promise<void> => {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    throw new OutsideFailed("the address of the webhook cannot be read")
  const url = new URL(address)
  try {
    const status = await post(url, JSON.stringify(message), options)
    if (status >= 300 && status < 400 && status !== 303)
      throw new OutsideFailed("redirects, which is not followed: enter the address that it leads to")
    if ((status < 200 || status >= 300) && status !== 303) throw new OutsideFailed(`answered ${status}`)
  } catch (error) {
    throw new OutsideFailed(`${url.host} ${reasonOf(error)}`)
  }
}
