/** Libraries: what they are called; and those whose home is the server, which a web app makes here, under ids of its own, and lets go. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Schema from "effect/Schema"
import { Group, Id, LibraryInfo, Name } from "./Model.js"
import { problemSchema } from "./Problem.js"

const library = HttpApiSchema.param("library", Id)

/** What a library is called. */
const LibraryWish = Schema.Struct({ name: Name })

/** What is left out stays; `null` takes it out of its group. */
const LibraryChange = Schema.Struct({
  name: Schema.optional(Name),
  group: Schema.optional(Schema.NullOr(Group))
})

const condition = Schema.Struct({ "if-none-match": Schema.optional(Schema.String) })

const NotThere = problemSchema("NotFound")

const made = (status: 200 | 201) => LibraryInfo.annotations(HttpApiSchema.annotations({ status }))

/**
 * `make` takes an id that nobody has, which says nothing to others when it is random, such as a UUID; asked for again by who made
 * it, it answers with the library (200). `leave` keeps it readable for 30 days and erases it then; `stay` keeps it.
 */
export const homes = HttpApiGroup.make("homes")
  .add(
    HttpApiEndpoint.put("make")`/v1/libraries/${library}`
      .setPayload(LibraryWish)
      .setHeaders(condition)
      .addSuccess(made(201))
      .addSuccess(made(200))
      .addError(
        Schema.Union(
          problemSchema("NewRequired"),
          problemSchema("IdTaken"),
          problemSchema("TooManyLibraries"),
          problemSchema("Full")
        )
      )
  )
  .add(HttpApiEndpoint.get("read")`/v1/libraries/${library}`.addSuccess(LibraryInfo).addError(NotThere))
  .add(
    HttpApiEndpoint.patch("change")`/v1/libraries/${library}`
      .setPayload(LibraryChange)
      .addSuccess(LibraryInfo)
      .addError(NotThere)
  )
  .add(
    HttpApiEndpoint.del("leave")`/v1/libraries/${library}`
      .addSuccess(LibraryInfo)
      .addError(Schema.Union(NotThere, problemSchema("HomeElsewhere"), problemSchema("TooManyToday")))
  )
  .add(
    HttpApiEndpoint.post("stay")`/v1/libraries/${library}/undelete`
      .addSuccess(LibraryInfo)
      .addError(Schema.Union(NotThere, problemSchema("HomeElsewhere"), problemSchema("TooManyToday")))
  )
