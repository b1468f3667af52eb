/**
 * How this machine is placed: whether it runs on battery, and whether its network costs by what is sent. What the platform does
 * not tell counts as no: a backup that is not taken helps nobody.
 */
import { execFile } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { environmentOfOthers } from "./environmentOfOthers.js"

export interface Circumstances {
  readonly onBattery: boolean
  readonly metered: boolean
}

/** Plugged in, on a network that costs nothing more. */
export const asUsual: Circumstances = { onBattery: false, metered: false }

const lineIn = (...path: ReadonlyArray<string>): string => {
  try {
    return readFileSync(join(...path), "utf8").trim()
  } catch {
    return ""
  }
}

/**
 * What Linux tells in a folder such as `/sys/class/power_supply`: a battery of the machine is being emptied, and nothing feeds
 * it. Batteries of mice and keyboards say that they are of a device.
 */
export const onBatteryIn = (folder: string): boolean => {
  let names: ReadonlyArray<string>
  try {
    names = readdirSync(folder)
  } catch {
    return false
  }
  const own = names.filter((name) => lineIn(folder, name, "scope") !== "Device")
  const is = (name: string, type: string) => lineIn(folder, name, "type") === type
  const isFed = own.some((name) => !is(name, "Battery") && lineIn(folder, name, "online") === "1")
  return !isFed && own.some((name) => is(name, "Battery") && lineIn(folder, name, "status") === "Discharging")
}

/** What `pmset -g batt` of macOS says. */
export const drawsFromBattery = (text: string): boolean => /^Now drawing from 'Battery Power'/m.test(text)

/** What Windows calls the states of its batteries: 1 is being emptied, 4 low, 5 nearly empty. */
export const isDischarging = (text: string): boolean => /^\s*[145]\s*$/m.test(text)

/** What `nmcli -t -f GENERAL.STATE,GENERAL.METERED device show` says: a device that is connected is metered, as known or guessed. */
export const isMeteredByNmcli = (text: string): boolean =>
  text
    .split(/\n\s*\n/)
    .some(
      (device) =>
        /^GENERAL\.STATE:100\b(?!.*externally)/m.test(device) && /^GENERAL\.METERED:yes\b/m.test(device)
    )

/** What Windows calls the cost of its connection: with a limit, or by what is sent. */
export const isMeteredOnWindows = (text: string): boolean => /^\s*(?:Fixed|Variable)\s*$/m.test(text)

/** What a program prints; nothing when it is not there, fails, or takes longer than a moment. */
const printed = (program: string, words: ReadonlyArray<string>): Promise<string> =>
  new Promise((resolve) => {
    const options = { timeout: 5000, maxBuffer: 65_536, env: environmentOfOthers(process.env) }
    execFile(program, [...words], options, (error, stdout) => resolve(error ? "" : stdout))
  })

const powershell = (script: string) =>
  printed("powershell", ["-NoProfile", "-NonInteractive", "-Command", script])

const costOfConnection =
  "[void][Windows.Networking.Connectivity.NetworkInformation,Windows.Networking.Connectivity,ContentType=WindowsRuntime];" +
  "[Windows.Networking.Connectivity.NetworkInformation]::GetInternetConnectionProfile().GetConnectionCost().NetworkCostType"

/** Asks the platform. */
export const circumstancesOf = async (platform: NodeJS.Platform): Promise<Circumstances> => {
  if (platform === "linux") {
    const devices = await printed("nmcli", ["-t", "-f", "GENERAL.STATE,GENERAL.METERED", "device", "show"])
    return { onBattery: onBatteryIn("/sys/class/power_supply"), metered: isMeteredByNmcli(devices) }
  }
  // macOS tells no program what a network costs.
  if (platform === "darwin")
    return { onBattery: drawsFromBattery(await printed("pmset", ["-g", "batt"])), metered: false }
  if (platform !== "win32") return asUsual
  const [battery, cost] = await Promise.all([
    powershell("(Get-CimInstance Win32_Battery).BatteryStatus"),
    powershell(costOfConnection)
  ])
  return { onBattery: isDischarging(battery), metered: isMeteredOnWindows(cost) }
}
