const library = {
  name: "library",
  in: "path",
  required: true,
  schema: { type: "string", pattern: "^[a-z0-9][a-z0-9-]{0,62}$" }
}

const name = {
  name: "name",
  in: "path",
  required: true,
  description: "Parts of [a-z0-9.-] with / between them.",
  schema: { type: "string", maxLength: 700 }
}

const header = (header: string, required: boolean, description: string) => ({
  name: header,
  in: "header",
  required,
  description,
  schema: { type: "string" }
})

const query = (name: string, schema: Readonly<Record<string, unknown>>) => ({
  name,
  in: "query",
  required: false,
  schema
})

const problems = (...statuses: ReadonlyArray<readonly [status: number, description: string]>) =>
  Object.fromEntries(
    statuses.map(([status, description]) => [
      String(status),
      {
        description,
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } }
      }
    ])
  )

const refused = [
  [401, "No valid access came along."],
  [403, "This access may not do that."],
  [404, "No such library for this access, or no such file in it."]
] as const

const bytes = {
  description: "The bytes.",
  content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } }
}

/** By a token, or as a person who signed in. */
const signedIn = [{ bearer: [] }, { session: [] }]

const operation = (operationId: string, summary: string, rest: Readonly<Record<string, unknown>>) => ({
  tags: ["blobs"],
  operationId,
  summary,
  security: signedIn,
  ...rest
})

const paths = {
  "/v1/libraries/{library}/blobs": {
    get: operation("blobs.list", "Files of a library, in the order of their names.", {
      parameters: [
        library,
        query("prefix", { type: "string", maxLength: 700 }),
        query("after", { type: "string", maxLength: 700 }),
        query("limit", { type: "integer", minimum: 1, maximum: 1000 })
      ],
      responses: {
        "200": {
          description: "A page.",
          content: { "application/json": { schema: { $ref: "#/components/schemas/BlobPage" } } }
        },
        ...problems([400, "Not a question that can be answered."], ...refused)
      }
    })
  },
  "/v1/libraries/{library}/blobs/{name}": {
    get: operation("blobs.get", "The bytes of a file, or a range of them.", {
      parameters: [library, name, header("range", false, "One range: bytes=FIRST-LAST.")],
      responses: {
        "200": bytes,
        "206": { ...bytes, description: "The bytes of the range, cut at the end." },
        ...problems(...refused, [416, "The range begins behind the end."])
      }
    }),
    head: operation("blobs.head", "How large a file is, and when it came (Whiteroom-Arrived-At).", {
      parameters: [library, name],
      responses: { "200": { description: "It is there." }, ...problems(...refused) }
    }),
    put: operation("blobs.put", "Keeps a file. None is ever replaced.", {
      parameters: [
        library,
        name,
        header("if-none-match", true, "Always *."),
        header("content-digest", true, "sha-256=:BASE64: of the bytes, which is checked.")
      ],
      requestBody: {
        required: true,
        content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } }
      },
      responses: {
        "201": { description: "It is kept, and durable." },
        "204": { description: "The same bytes were there." },
        ...problems(
          [400, "Not the name of a file."],
          ...refused,
          [409, "Another library, or not sealed."],
          [411, "No Content-Length."],
          [412, "Other bytes are there under that name."],
          [413, "Larger than anything that is taken."],
          [422, "The bytes are not those of Content-Digest."],
          [428, "Without If-None-Match: * and Content-Digest."],
          [429, "Too many uploads at once."],
          [507, "No room left."]
        )
      }
    }),
    delete: operation("blobs.delete", "Puts a file into the trash. Devices may not.", {
      parameters: [library, name],
      responses: {
        "204": { description: "It is not there now." },
        ...problems(...refused, [409, "HomeHere."])
      }
    })
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** What a schema of anything is called by those who made it; a document may say each name once. */
const isOwnId = (key: string, value: unknown): boolean =>
  key === "$id" && typeof value === "string" && value.startsWith("/schemas/")

/** The document as it is said to others: fields are added without a new version, so readers let unknown ones pass. */
const openEnded = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(openEnded)
  if (!isRecord(value)) return value
  const fields = Object.entries(value).filter(
    ([key, each]) => !(key === "additionalProperties" && each === false) && !isOwnId(key, each)
  )
  return Object.fromEntries(fields.map(([key, each]) => [key, openEnded(each)]))
}

/** The names of the problems that a schema is of. */
const namesIn = (schema: unknown): ReadonlyArray<string> => {
  if (!isRecord(schema)) return []
  if (Array.isArray(schema.anyOf)) return schema.anyOf.flatMap(namesIn)
  const type = isRecord(schema.properties) ? schema.properties.type : undefined
  return isRecord(type) && Array.isArray(type.enum) ? type.enum.map(String) : []
}

/** Problems have one form; which of them an answer may be stands in its words. */
const problemAnswer = ([status, answer]: [string, unknown]): readonly [string, unknown] => {
  if (Number(status) < 400 || !isRecord(answer) || !isRecord(answer.content)) return [status, answer]
  const names = Object.values(answer.content).flatMap((each) => (isRecord(each) ? namesIn(each.schema) : []))
  return [status, problems([Number(status), `${[...new Set(names)].join(", ")}.`])[status]]
}

/** Routes that need no access. */
const open = /^(?:get \/health\/.*|post \/v1\/(?:enrolments|session))$/

/**
 * What the document says by itself is that no route needs an access, and that requests which do not fit are answered in a
 * form of their own: neither is so.
 */
const corrected = (path: string, item: unknown): unknown => {
  if (!isRecord(item)) return item
  const operations = Object.entries(item).map(([method, operation]) => {
    if (!isRecord(operation) || !isRecord(operation.responses)) return [method, operation]
    const responses = {
      ...Object.fromEntries(Object.entries(operation.responses).map(problemAnswer)),
      ...problems([400, "It does not fit this document."])
    }
    const security = open.test(`${method} ${path}`) ? [] : signedIn
    return [method, { ...operation, security, responses }]
  })
  return Object.fromEntries(operations)
}

/** Adds the routes of blobs to the document. */
export const blobPaths = (spec: Record<string, unknown>): Record<string, unknown> => {
  const { paths: others, components, ...rest } = spec
  const parts = isRecord(components) ? components : {}
  const schemas = Object.entries(isRecord(parts.schemas) ? parts.schemas : {}).filter(
    ([name]) => !["HttpApiDecodeError", "Issue", "PropertyKey"].includes(name)
  )
  const items = Object.entries(isRecord(others) ? others : {}).map(([path, item]) => [
    path,
    openEnded(corrected(path, item))
  ])
  return {
    ...rest,
    tags: [...(Array.isArray(rest.tags) ? rest.tags : []), { name: "blobs" }],
    paths: { ...Object.fromEntries(items), ...paths },
    components: {
      ...parts,
      schemas: openEnded(Object.fromEntries(schemas)),
      securitySchemes: {
        ...(isRecord(parts.securitySchemes) ? parts.securitySchemes : {}),
        session: {
          type: "apiKey",
          in: "cookie",
          name: "__Host-whiteroom",
          description: "Of people: POST /v1/session sets it. Changes must come from the server's own origin."
        }
      }
    }
  }
}
