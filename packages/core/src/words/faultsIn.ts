/** What a schema did not accept, in the words of people: no names of types, no paths with dots, nothing of the value itself. */
import * as Option from "effect/Option"
import type * as ParseResult from "effect/ParseResult"
import * as AST from "effect/SchemaAST"

type Issue = ParseResult.ParseIssue
type Path = ReadonlyArray<PropertyKey>

const number = (value: unknown): string => Number(value).toLocaleString("en")

const either = (all: ReadonlyArray<string>): string =>
  all.length < 2 ? (all[0] ?? "") : `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`

/** The bounds of a refinement and of what it refines, in the words of JSON Schema. */
const boundsOf = (ast: AST.AST): Readonly<Record<string, unknown>> =>
  ast._tag === "Refinement"
    ? { ...boundsOf(ast.from), ...Option.getOrElse(AST.getJSONSchemaAnnotation(ast), () => ({})) }
    : {}

const baseOf = (ast: AST.AST): AST.AST => (ast._tag === "Refinement" ? baseOf(ast.from) : ast)

const numberIn = (bounds: ReturnType<typeof boundsOf>): string => {
  const { minimum, maximum, exclusiveMinimum } = bounds
  const what = bounds.type === "integer" ? "a whole number" : "a number"
  if (minimum !== undefined && maximum !== undefined)
    return `${what} from ${number(minimum)} to ${number(maximum)}`
  if (exclusiveMinimum !== undefined) return `${what} above ${number(exclusiveMinimum)}`
  if (minimum !== undefined) return `${what}, at least ${number(minimum)}`
  return maximum === undefined ? what : `${what}, at most ${number(maximum)}`
}

const textIn = ({ minLength, maxLength }: ReturnType<typeof boundsOf>): string => {
  const most = maxLength === undefined ? "" : ` of at most ${number(maxLength)} characters`
  return `a text${most}${minLength === undefined ? "" : " that is not empty"}`
}

/** Choices among choices are choices. */
const choicesIn = (ast: AST.AST): ReadonlyArray<AST.AST> =>
  ast._tag === "Union" ? ast.types.flatMap(choicesIn) : [ast]

/** What a schema takes, as the end of "it must be …". */
const wanted = (ast: AST.AST): string => {
  const base = baseOf(ast)
  switch (base._tag) {
    case "StringKeyword":
    case "TemplateLiteral":
      return textIn(boundsOf(ast))
    case "NumberKeyword":
      return numberIn(boundsOf(ast))
    case "BooleanKeyword":
      return "true or false"
    case "Literal":
      return JSON.stringify(base.literal)
    case "Union":
      return either([...new Set(choicesIn(base).map(wanted))])
    case "TupleType": {
      const { maxItems } = boundsOf(ast)
      return maxItems === undefined ? "a list" : `a list of at most ${number(maxItems)}`
    }
    case "TypeLiteral":
      return "an object"
    case "Transformation":
      return wanted(baseOf(base.to)._tag === "Declaration" ? base.to : base.from)
    case "Suspend":
      return wanted(base.f())
    case "Declaration":
      return "a time such as 2026-12-24T18:00:00Z"
    default:
      return "something else"
  }
}

/** Entries of a list are counted from one. */
const placeOf = (path: Path): string =>
  path.map((step) => (typeof step === "number" ? `(${step + 1})` : String(step))).join(" ")

const listOf = ({ issues }: ParseResult.Composite): ReadonlyArray<Issue> =>
  "_tag" in issues ? [issues] : issues

const namesIn = (ast: AST.AST): ReadonlyArray<string> =>
  AST.getPropertySignatures(AST.typeAST(ast)).map(({ name }) => String(name))

/** Of a choice, the way that the value is furthest on; none: all of them. */
const meant = (issue: ParseResult.Composite): Issue | undefined => {
  const { ast, actual } = issue
  if (ast._tag !== "Union") return undefined
  const within = listOf(issue).filter(
    (each) => each._tag === "Transformation" || (each._tag === "Composite" && each.ast._tag !== "Union")
  )
  return typeof actual === "object" && within.length === 1 ? within[0] : undefined
}

const faults = (issue: Issue, path: Path, parent: AST.AST | undefined): ReadonlyArray<string> => {
  const say = (text: string, at: Path = path) => [at.length === 0 ? text : `${placeOf(at)}: ${text}`]
  switch (issue._tag) {
    case "Pointer":
      return faults(issue.issue, [...path, ...[issue.path].flat()], parent)
    case "Missing":
      return typeof path.at(-1) === "number"
        ? say("it must have at least one entry", path.slice(0, -1))
        : say("it is missing")
    case "Unexpected":
      return say(
        parent === undefined || namesIn(parent).length === 0
          ? "it is not known"
          : `it is not known; known are ${namesIn(parent).join(", ")}`
      )
    case "Composite": {
      const inner = meant(issue)
      if (inner !== undefined) return faults(inner, path, undefined)
      if (issue.ast._tag === "Union") return say(`it must be ${wanted(issue.ast)}`)
      return listOf(issue).flatMap((each) => faults(each, path, issue.ast))
    }
    case "Refinement":
      if (issue.kind === "From" && issue.issue._tag !== "Type") return faults(issue.issue, path, undefined)
      // What a rule of ours says of it is said; what the schema would say of itself is not.
      return "message" in issue.issue && issue.issue.message !== undefined
        ? say(issue.issue.message)
        : say(`it must be ${wanted(issue.ast)}`)
    case "Transformation":
      return issue.kind === "Transformation" ? say("it cannot be read") : faults(issue.issue, path, undefined)
    default:
      return say(`it must be ${wanted(issue.ast)}`)
  }
}

/**
 * What is wrong with a value, a text for each fault: where it is, and what it must be. Nothing of the value is repeated but
 * the names of its fields and what a rule of the schema says itself, so make it harmless before it is shown.
 *
 * @example
 * `keep last: it must be a whole number from 0 to 1,000,000`, `when: it must have at least one entry`
 */
export const faultsIn = ({ issue }: ParseResult.ParseError): ReadonlyArray<string> => [
  ...new Set(faults(issue, [], undefined))
]
