/** Behind a proxy that does TLS, by the very words of docs/server.md: with Debian's nginx and Caddy, where they are installed. */
import { execFileSync, spawn, spawnSync } from "node:child_process"
import { createHash, randomBytes } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import * as http from "node:http"
import * as https from "node:https"
import * as net from "node:net"
import { describe, expect } from "vitest"
import { smallLibrary, song, withLibrary } from "./support/library.js"
import { computer, invite, serve } from "./support/server.js"
import { it, jsonLines, summaryOf, type Whiteroom } from "./support/whiteroom.js"

const page = readFileSync(new URL("../../../docs/server.md", import.meta.url), "utf8")

/** The block of the page that has a line, as it is printed there. */
const printed = (line: string): string => {
  const block = page.split("\n```").find((each) => each.includes(line))
  if (block === undefined) throw new Error(`docs/server.md does not print ${line} any more`)
  return block.replace(/^.*\n/, "")
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = net.createServer().once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
    })
  })

/** Waits until something listens there. */
const listens = async (port: number, isRunning: () => boolean): Promise<void> => {
  while (isRunning()) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, "127.0.0.1", () => resolve(true))
      socket.once("error", () => resolve(false))
      socket.once("connect", () => socket.end())
    })
    if (isOpen) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error("the proxy has ended")
}

interface Proxy {
  readonly name: string
  readonly needs: ReadonlyArray<string>
  /** Writes its configuration, and says how it is started and where the certificate lies that clients have to trust. */
  readonly prepare: (
    folder: string,
    port: number,
    server: number,
    other: number
  ) => { readonly words: ReadonlyArray<string>; readonly certificate: string }
}

const nginx: Proxy = {
  name: "nginx",
  needs: ["nginx", "openssl"],
  prepare: (folder, port, server) => {
    const [cert, key, conf] = [`${folder}/cert.pem`, `${folder}/key.pem`, `${folder}/nginx.conf`]
    const wish = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    execFileSync("openssl", ["req", "-x509", ...curve, "-keyout", key, "-out", cert, ...wish], {
      stdio: "ignore"
    })
    const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((each) => `${each}_temp_path ${folder}/${each};`)
      .join("\n")
    const words = printed("proxy_pass http://127.0.0.1:8421;").replace(
      "127.0.0.1:8421",
      `127.0.0.1:${server}`
    )
    writeFileSync(
      conf,
      `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; events {}
${process.getuid?.() === 0 ? "user root;" : ""}
http { access_log off; ${paths}
server { listen 127.0.0.1:${port} ssl; server_name localhost; ssl_certificate ${cert}; ssl_certificate_key ${key};
${words}
} }
`
    )
    return { words: ["-p", folder, "-c", conf, "-e", `${folder}/error.log`], certificate: cert }
  }
}

const caddy: Proxy = {
  name: "caddy",
  needs: ["caddy"],
  prepare: (folder, port, server, other) => {
    const site = printed("reverse_proxy 127.0.0.1:8421")
      .replace("backup.example", `localhost:${port}`)
      .replace("127.0.0.1:8421", `127.0.0.1:${server}`)
    // Its own authority in place of one on the internet, and no port that others have.
    writeFileSync(`${folder}/Caddyfile`, `{\nadmin off\nskip_install_trust\nhttp_port ${other}\n}\n${site}\n`)
    return {
      words: ["run", "--config", `${folder}/Caddyfile`, "--adapter", "caddyfile"],
      certificate: `${folder}/caddy/pki/authorities/local/root.crt`
    }
  }
}

const isThere = (program: string): boolean =>
  spawnSync(program, ["version"], { stdio: "ignore" }).error === undefined

/** Asks through the proxy, as somebody who trusts its certificate. */
const asker =
  (url: string, ca: string) =>
  (method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: unknown) =>
    new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
      const sent = body === undefined ? undefined : JSON.stringify(body)
      const request = https.request(`${url}${path}`, {
        ...{ method, ca, agent: false },
        headers: {
          ...headers,
          ...(sent && { "content-type": "application/json", "content-length": sent.length })
        }
      })
      request.once("error", reject)
      request.once("response", (response) => {
        let text = ""
        response.setEncoding("utf8").on("data", (part) => {
          text += part
        })
        response.once("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
        )
      })
      request.end(sent)
    })

/** Hears events: gives word when one is there that is waited for. */
const hearer = (url: string, ca: string, authorization: string) => {
  let text = ""
  let wake = () => {}
  const options = { ca, agent: false, headers: { accept: "text/event-stream", authorization } } as const
  const request = (url.startsWith("https") ? https : http).get(`${url}/v1/events`, options)
  request.on("error", () => {})
  request.on("response", (response) => {
    response.setEncoding("utf8").on("data", (part) => {
      text += part
      wake()
    })
  })
  return {
    until: async (wanted: string) => {
      while (!text.includes(wanted))
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    },
    leave: () => request.destroy()
  }
}

/** What was told beside the proxy comes through it, too, unless it holds it back. */
const patienceMs = 20_000

/** Hears events through the proxy, and beside it. */
const bothHear = (url: string, ca: string, inner: string, authorization: string) => {
  const [through, beside] = [hearer(url, ca, authorization), hearer(inner, ca, authorization)]
  return {
    until: async (wanted: string) => {
      await beside.until(wanted)
      let timer: NodeJS.Timeout | undefined
      const heldBack = new Promise<never>((_, reject) => {
        const error = new Error(
          `the proxy holds events back: ${wanted} was told, and did not come through it`
        )
        timer = setTimeout(() => reject(error), patienceMs)
      })
      await Promise.race([through.until(wanted), heldBack])
      clearTimeout(timer)
    },
    leave: () => {
      through.leave()
      beside.leave()
    }
  }
}

const started = async (whiteroom: Whiteroom, proxy: Proxy) => {
  const folder = whiteroom.at(proxy.name)
  mkdirSync(folder)
  const [port, other] = [await freePort(), await freePort()]
  const url = `https://localhost:${port}`
  const server = await serve(whiteroom, "127.0.0.1:0", "--trust-proxy", "--url", url)
  const inner = Number(new URL(String(server.line.address)).port)
  const { words, certificate } = proxy.prepare(folder, port, inner, other)
  const child = spawn(proxy.name, words, {
    stdio: ["ignore", "ignore", "ignore"],
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
  })
  await listens(port, () => child.exitCode === null)
  while (!existsSync(certificate)) await new Promise((resolve) => setTimeout(resolve, 50))
  return { url, server, certificate, end: () => child.kill("SIGTERM") }
}

for (const proxy of [nginx, caddy]) {
  const missing = proxy.needs.filter((program) => !isThere(program))
  if (missing.length > 0)
    console.warn(`NOT TESTED: a server behind ${proxy.name}. Install ${missing.join(" and ")}.`)
  describe.skipIf(missing.length > 0)(`a server behind ${proxy.name}`, () => {
    it("keeps a library, gives it back, and tells what happens as it happens", async ({ whiteroom }) => {
      const { url, server, certificate, end } = await started(whiteroom, proxy)
      try {
        const ca = readFileSync(certificate, "utf8")
        const ask = asker(url, ca)
        const env = { NODE_EXTRA_CA_CERTS: certificate }
        const run = async (words: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}) => {
          const result = await whiteroom.run([...words, "--json"], {
            env: { ...env, ...more },
            asProcess: true
          })
          expect(result, result.stderr).toMatchObject({ code: 0 })
          return summaryOf(result)
        }
        await smallLibrary(whiteroom)
        // More than a proxy takes at once by itself, and nothing that compresses.
        const notes = randomBytes(3_000_000).toString("base64")
        await withLibrary(whiteroom, (own) =>
          own.songs.upsert({ ...song("large", "Large"), songDataJSON: JSON.stringify({ notes }) })
        )
        const { link, library } = await invite(whiteroom)
        expect(link.startsWith(`${url}/join#`)).toBe(true)
        expect(await run(["connect", link, "-y"])).toMatchObject({ vault: "server", restored: false })

        // Somebody who looks on, by a link for people; the cookie is one that only this address gets.
        const admin = randomBytes(32).toString("base64url")
        const linked = await whiteroom.run(["server", "link", "Mara", "--data", "srv", "--json"])
        const [, code = ""] = /#([A-Z0-9-]+)/.exec(String(summaryOf(linked).link)) ?? []
        const secretHash = createHash("sha256").update(admin).digest("hex")
        const enrolled = await ask("POST", "/v1/enrolments", {}, { code, secretHash, device: "test" })
        expect(enrolled.status, enrolled.text).toBe(200)
        const authorization = `Bearer ${admin}`
        const heard = bothHear(url, ca, String(server.line.address), authorization)
        await heard.until("event: ready")
        await withLibrary(whiteroom, (own) => own.songs.upsert(song("new", "New One")))
        await run(["push"])
        await heard.until(`"library":"${library}"`)

        const people = await whiteroom.run(["server", "link", "Tom", "--data", "srv", "--json"])
        const [, key = ""] = /#([A-Z0-9-]+)/.exec(String(summaryOf(people).link)) ?? []
        const secret = randomBytes(32).toString("base64url")
        const signedIn = await ask("POST", "/v1/session", { origin: url }, { code: key, secret })
        expect(signedIn.status, signedIn.text).toBe(200)
        const cookie = String(signedIn.headers["set-cookie"]).split(";")[0] ?? ""
        expect(cookie).toMatch(/^__Host-whiteroom=/)
        const elsewhere = { cookie, origin: "https://elsewhere.example" }
        expect((await ask("DELETE", "/v1/session", elsewhere)).status).toBe(403)
        expect((await ask("DELETE", "/v1/session", { cookie, origin: url })).status).toBe(204)
        // Behind a proxy nobody is on this machine; what somebody says of where they are is not believed.
        const away = { "x-forwarded-for": "203.0.113.7" }
        expect((await ask("GET", "/metrics", away)).status).toBe(401)
        expect((await ask("GET", "/metrics", { authorization })).status).toBe(200)
        expect((await ask("GET", "/health/ready")).status).toBe(200)
        expect((await ask("GET", "/")).headers["content-security-policy"]).toContain("default-src 'none'")

        const next = await invite(whiteroom, "--library-id", library)
        const back = await run(["connect", next.link, "-y"], computer(whiteroom, "new"))
        expect(back).toMatchObject({ restored: true })
        const songs = await whiteroom.run(["song", "list", "--json"], { env: computer(whiteroom, "new") })
        expect(songs.stdout).toContain("New One")
        expect((await run(["check", "--from", "server", "--full"])).ok).toBe(true)

        // Taken away, it ends at once; the server stops within its time though somebody listens.
        expect(
          (await whiteroom.run(["server", "access", "revoke", "Mara", "--data", "srv", "--yes"])).code
        ).toBe(0)
        await heard.until("event: bye")
        heard.leave()
        server.child.kill("SIGTERM")
        const { code: ended, stdout } = await server.ended
        expect(ended).toBe(0)
        const lines = jsonLines(stdout)
        expect(lines.filter(({ from }) => from === "203.0.113.7")).toEqual([])
        expect(lines.filter(({ level }) => level === "error")).toEqual([])
      } finally {
        end()
      }
    })
  })
}
