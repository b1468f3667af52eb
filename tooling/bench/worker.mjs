// One side of a comparison in a process of its own, so that its memory is its own: answers calls of the functions
// that its module exports, one at a time.
const [side] = process.argv.slice(2)
const tasks = await import(side)

process.on("message", async ({ task, options }) => {
  try {
    const result = await tasks[task](options)
    process.send({ result, peakBytes: process.resourceUsage().maxRSS * 1024 })
  } catch (error) {
    process.send({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
})
