import * as FastCheck from "effect/FastCheck"
import { concatBytes, fromHex } from "../../src/codec/Bytes.js"
import { hex } from "../golden.js"

const bytesOf = (...pieces: ReadonlyArray<string>): Uint8Array => fromHex(hex(...pieces))

/** Pieces of MessagePack, whole and broken: what a decoder takes apart, and what it must not be led into. */
const piece = FastCheck.oneof(
  {
    weight: 12,
    arbitrary: FastCheck.constantFrom(
      ...["90", "91", "92", "93", "94", "95", "c0", "c2", "c3", "00", "01", "02", "7f", "a0", "a161", "a16a"],
      ...[
        "cc80",
        "cd0100",
        "cd0401",
        "ce00010000",
        "d30000000000000005",
        "d30000000100000000",
        "d3ffffffffffffffff"
      ],
      ...[
        "cb0000000000000000",
        "cb8000000000000000",
        "cb4066800000000000",
        "cb7ff8000000000000",
        "cb7ff0000000000000"
      ],
      ...[
        "c400",
        "c40161",
        "c403efbbbf",
        "c401ff",
        "91c401ff",
        "91c403efbbbf",
        "a3efbfbd",
        "a2c3a9",
        "a4f09f8eb9"
      ],
      ...[`c420${"aa".repeat(32)}`, `92c420${"aa".repeat(32)}cd0401`, `93c420${"bb".repeat(32)}cd0401c3`]
    ).map((text) => bytesOf(text))
  },
  {
    weight: 3,
    arbitrary: FastCheck.constantFrom(
      // Not the shortest, cut short, not UTF-8, with a mark, larger than anything.
      ...["cc05", "cd0005", "ce00000005", "d90161", "da000161", "c5000161", "dc0001c0", "dd00000001c0"],
      ...["cf0000000000000005", "d005", "d10005", "d200000005", "ff", "ca3fc00000", "c1"],
      ...[
        "a1ff",
        "a2c080",
        "a3eda080",
        "a3efbbbf",
        "dbffffffff",
        "c6ffffffff",
        "ddffffffff",
        "dcffff",
        "df7fffffff"
      ],
      // Maps, times, msgpackr's records, sets, errors, expressions, references, bundled strings, typed arrays.
      ...[
        "80",
        "81a16101",
        "de0001a16101",
        "d6ff00000000",
        "d4724091a161",
        "d572400091a161",
        "4001",
        "d4730091c0"
      ],
      ...[
        "d4650092a161a162",
        "d4780092a161a0",
        "d66900000001",
        "d67000000001",
        "d66200000005",
        "c70574100001"
      ],
      ...["d40000", "c70142ff", "d5420102"]
    ).map((text) => bytesOf(text))
  },
  { weight: 1, arbitrary: FastCheck.uint8Array({ maxLength: 3 }) }
)

/** Anything, made of such pieces; often a list that is as long as it says. */
export const tokens: FastCheck.Arbitrary<Uint8Array> = FastCheck.oneof(
  FastCheck.array(piece, { maxLength: 12 }).map(concatBytes),
  FastCheck.array(piece, { maxLength: 15 }).map((pieces) =>
    concatBytes([Uint8Array.of(0x90 | pieces.length), ...pieces])
  )
)
