/** The clients of @effect/sql over an open library: their statements and tags, the library's connection. */
import * as Reactivity from "@effect/experimental/Reactivity"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Statement from "@effect/sql/Statement"
import { type SqliteClient, TypeId } from "@effect/sql-sqlite-node/SqliteClient"
import * as Effect from "effect/Effect"
import type { Session } from "../session/Session.js"
import { type InTurn, makeConnection, sqlError, trying, typed } from "./Connection.js"
import { Statements } from "./Statements.js"
import { withTransaction } from "./withTransaction.js"

export interface SqlOptions {
  /** How the name of a column becomes that of a field, such as `String.snakeToCamel`. Default: it stays. */
  readonly transformResultNames?: ((name: string) => string) | undefined
  /** How the name of a field becomes that of a column, such as `String.camelToSnake`. Default: it stays. */
  readonly transformQueryNames?: ((name: string) => string) | undefined
  /** What the spans of statements say besides. */
  readonly spanAttributes?: Record<string, unknown> | undefined
}

/** A client on the connection of a library. Several on one library take turns as one does. */
export const makeClient = (
  session: Session,
  options: SqlOptions
): Effect.Effect<SqliteClient, never, Reactivity.Reactivity> =>
  Effect.map(Reactivity.Reactivity, (reactivity) => {
    const { gate, db } = session
    const statements = new Statements(session)
    const inTurn: InTurn = (work) => typed(session)(gate.run(work))
    const connection = Effect.succeed(makeConnection(session, statements, inTurn))
    const compiler = Statement.makeCompilerSqlite(options.transformQueryNames)
    const { transformResultNames } = options
    const transform = transformResultNames && Statement.defaultTransforms(transformResultNames).array
    const attributes = [
      ...Object.entries(options.spanAttributes ?? {}),
      ["db.system.name", "sqlite"] as const
    ]
    const members: Omit<SqliteClient, keyof Statement.Constructor | "safe" | "withoutTransforms"> = {
      [SqlClient.TypeId]: SqlClient.TypeId,
      [TypeId]: TypeId,
      config: { filename: session.path, ...options },
      withTransaction: withTransaction(session),
      reserve: Effect.uninterruptibleMask((restore) =>
        typed(session)(gate.enter(restore)).pipe(
          Effect.tap((place) => Effect.addFinalizer(() => gate.leave(place))),
          Effect.map((place) =>
            makeConnection(session, statements, (work) => gate.inside(place, inTurn(work)))
          )
        )
      ),
      reactive: reactivity.stream,
      reactiveMailbox: reactivity.query,
      export: inTurn(trying(session, () => db.handle.serialize())),
      backup: (destination) =>
        Effect.tryPromise({
          try: () => {
            session.requireNoTransaction()
            return db.handle.backup(destination)
          },
          catch: (error) => sqlError(session, error)
        }).pipe(Effect.uninterruptible, (copying) => gate.share(copying), typed(session)),
      loadExtension: (file) => inTurn(trying(session, () => void db.handle.loadExtension(file)))
    }
    const withMembers = (statement: Statement.Constructor, plain?: SqliteClient): SqliteClient => {
      // The type says of `updateValues`, which SQLite lacks, that it is never there.
      const client = Object.assign(statement, members) as Statement.Constructor as SqliteClient
      return Object.assign(client, { safe: client, withoutTransforms: () => plain ?? client })
    }
    if (transform === undefined)
      return withMembers(Statement.make(connection, compiler, attributes, undefined))
    const plain = withMembers(Statement.make(connection, compiler.withoutTransform, attributes, undefined))
    return withMembers(Statement.make(connection, compiler, attributes, transform), plain)
  })
