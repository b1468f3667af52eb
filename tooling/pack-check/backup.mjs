// Runs in an empty folder outside the workspace, where npm has installed the packed tarballs: what a developer who
// adds the packages to a project of their own would see.
import * as core from "@white-room/core"
import * as store from "@white-room/store"

for (const [name, module] of Object.entries({ "@white-room/core": core, "@white-room/store": store })) {
  console.log(`${name} loads and exports ${Object.keys(module).length} names.`)
}
