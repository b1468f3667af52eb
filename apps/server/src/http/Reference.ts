/** The API as a page to read, made of its document: no script, nothing from elsewhere. */
import { createHash } from "node:crypto"
import { scopes } from "./Scopes.js"

/** What of the document is shown. It comes from this program, and is looked into as far as it goes. */
interface Shape {
  readonly $ref?: string
  readonly type?: string | ReadonlyArray<string>
  readonly enum?: ReadonlyArray<unknown>
  readonly description?: string
  readonly items?: Shape
  readonly anyOf?: ReadonlyArray<Shape>
  readonly allOf?: ReadonlyArray<Shape>
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: ReadonlyArray<string>
}

interface Content {
  readonly [type: string]: { readonly schema?: Shape }
}

interface Operation {
  readonly tags?: ReadonlyArray<string>
  readonly description?: string
  readonly parameters?: ReadonlyArray<{
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema?: Shape
  }>
  readonly requestBody?: { readonly content?: Content }
  readonly responses?: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>
}

interface Document {
  readonly info: { readonly title: string; readonly description?: string }
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<(typeof methods)[number], Operation>>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Shape>> }
}

const methods = ["get", "head", "put", "post", "patch", "delete"] as const

/** Text in a page: whatever it is, it stays text. */
const text = (value: string): string => value.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)

/** A schema in a few words; those with names lead to where they are described. */
const words = (shape: Shape | undefined, depth = 0): string => {
  if (shape === undefined) return "anything"
  if (shape.$ref !== undefined) {
    const name = text(shape.$ref.split("/").at(-1) ?? "")
    return `<a href="#schema-${name}">${name}</a>`
  }
  const parts = shape.anyOf ?? shape.allOf
  if (parts !== undefined) return parts.map((each) => words(each, depth)).join(shape.anyOf ? " or " : " and ")
  if (shape.enum !== undefined)
    return shape.enum.map((each) => `<code>${text(JSON.stringify(each))}</code>`).join(" or ")
  if (shape.items !== undefined) return `list of ${words(shape.items, depth)}`
  if (shape.properties !== undefined && depth < 3) return fields(shape, depth + 1)
  return text([shape.type ?? "anything"].flat().join(" or "))
}

const fields = ({ properties = {}, required = [] }: Shape, depth: number): string =>
  `<ul>${Object.entries(properties)
    .map(
      ([name, shape]) =>
        `<li><code>${text(name)}</code>${required.includes(name) ? "" : " (may be left out)"}: ${words(shape, depth)}</li>`
    )
    .join("")}</ul>`

const contentWords = (content: Content | undefined): string =>
  Object.entries(content ?? {})
    .map(([type, { schema }]) => `<code>${text(type)}</code>: ${words(schema)}`)
    .join("; ")

/** Who may enter a route, in words. */
const openTo = (method: string, path: string): string => {
  const route = `${method.toUpperCase()} ${path.replace("{name}", "*").replace(/\{(\w+)\}/g, ":$1")}`
  const scope = scopes[route.replace(/^HEAD/, "GET")]
  if (scope === undefined) return "nobody"
  if (scope === "open") return "everybody, without a token"
  return scope === "server" ? "who is admin of the server" : scope.join(", ")
}

const operationHtml = (path: string, method: string, operation: Operation): string => {
  const { parameters = [], requestBody, responses = {}, description } = operation
  const asked = parameters.map(
    ({ name, in: where, required, schema }) =>
      `<li><code>${text(name)}</code> in the ${text(where)}${required === true ? "" : " (may be left out)"}: ${words(schema)}</li>`
  )
  const answers = Object.entries(responses).map(([status, answer]) =>
    Number(status) >= 400
      ? `<li><code>${text(status)}</code> ${text(answer.description ?? "")}</li>`
      : `<li><code>${text(status)}</code> ${contentWords(answer.content) || "no content"}</li>`
  )
  return [
    `<details><summary><code><b>${method.toUpperCase()}</b> ${text(path)}</code></summary>`,
    description === undefined ? "" : `<p>${text(description)}</p>`,
    `<p>Open to: ${text(openTo(method, path))}.</p>`,
    asked.length === 0 ? "" : `<p>It takes:</p><ul>${asked.join("")}</ul>`,
    requestBody === undefined ? "" : `<p>Its body: ${contentWords(requestBody.content)}</p>`,
    `<p>It answers:</p><ul>${answers.join("")}</ul></details>`
  ].join("\n")
}

const style = `:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code{font-size:.95em;overflow-wrap:anywhere}summary{cursor:pointer;padding:.3rem 0}details{border-bottom:1px solid #8886}h2{margin-top:2.5rem}`

/** What a browser may do with the page: show it, with its own style. */
export const referencePolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** The page of a document, as it is published. */
export const referencePage = (document: string): string => {
  const { info, paths, components }: Document = JSON.parse(document)
  const groups = new Map<string, Array<string>>()
  for (const [path, item] of Object.entries(paths))
    for (const method of methods) {
      const operation = item[method]
      if (operation === undefined) continue
      const [tag = "files"] = operation.tags ?? []
      const known = groups.get(tag) ?? []
      known.push(operationHtml(path, method, operation))
      groups.set(tag, known)
    }
  const schemas = Object.entries(components.schemas)
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${text(info.title)}: its API</title><style>${style}</style></head><body>`,
    `<h1>${text(info.title)}</h1><p>${text(info.description ?? "")}</p>`,
    '<p>For programs: <a href="/openapi.json">openapi.json</a>. A token comes with <code>Authorization: Bearer TOKEN</code>.</p>',
    ...[...groups].map(([tag, all]) => `<h2>${text(tag)}</h2>${all.join("\n")}`),
    "<h2>Schemas</h2>",
    ...schemas.map(
      ([name, shape]) => `<section id="schema-${text(name)}"><h3>${text(name)}</h3>${words(shape)}</section>`
    ),
    "</body></html>\n"
  ].join("\n")
}
