import * as Effect from "effect/Effect"
import { folderBlobs, memoryBlobs, s3Blobs } from "../../src/index.js"
import { blobsContract } from "../../src/testing.js"
import { memoryS3 } from "../support/memoryS3.js"
import { temporaryFolder } from "../support/temporaryFolder.js"

blobsContract(
  "memory",
  Effect.sync(() => memoryBlobs({ pageSize: 5 }))
)
blobsContract(
  "folder",
  Effect.map(temporaryFolder, (folder) => folderBlobs(folder, { pageSize: 5 }))
)
blobsContract(
  "S3 in memory",
  Effect.flatMap(memoryS3, ({ options }) => s3Blobs({ ...options, pageSize: 5 }))
)
blobsContract(
  "S3 in memory, below a prefix that has to be escaped, beside what is not ours",
  Effect.gen(function* () {
    const { options, objects } = yield* memoryS3
    for (const key of [
      "my",
      "my songs & more/Not ours",
      "my songs & more/ä+ö/",
      "my songs & more/zz/.hidden"
    ])
      for (let index = 0; index < 7; index++)
        objects.set(`${key}${index}`, { bytes: Buffer.from("other"), at: 0 })
    return yield* s3Blobs({ ...options, prefix: "/my songs & more/ä+ö!(1)/", pageSize: 5 })
  })
)
blobsContract(
  "S3 that knows no ranges",
  Effect.gen(function* () {
    const { options, manners } = yield* memoryS3
    manners.ranges = "ignore"
    return yield* s3Blobs(options)
  })
)
