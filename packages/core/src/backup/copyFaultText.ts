import type { CopyFault } from "./copyFault.js"

/**
 * A whole sentence about a fault of the copies. `status` and the digest say the same.
 *
 * @example
 * copyFaultText({ why: "unreachable", places: ["studio"] }) // "No copy can be reached: studio."
 */
export const copyFaultText = ({ why, places }: CopyFault): string => {
  switch (why) {
    case "none":
      return "No copy outside this disk: if it is lost, everything is lost."
    case "unreachable":
      return `No copy can be reached: ${places.join(", ")}.`
    case "sameDisk":
      return "The only copies lie on the same disk as the library, and would be lost with it."
  }
}
