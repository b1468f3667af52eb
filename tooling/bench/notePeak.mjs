// Loaded before the CLI when its memory is measured: writes down at exit how much it needed.
import { writeFileSync } from "node:fs"

process.once("exit", () =>
  writeFileSync(process.env.WHITEROOM_BENCH_PEAK, String(process.resourceUsage().maxRSS * 1024))
)
