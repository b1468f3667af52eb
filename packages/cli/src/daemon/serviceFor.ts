/**
 * The daemon as a service of the user: a unit of systemd, an agent of launchd or a task of Windows. Pure: which file holds which text,
 * and which commands make the service manager take it. Its name follows from the library, so each has its own.
 */
import { createHash } from "node:crypto"
import * as path from "node:path"
import { refusal } from "../error/CliError.js"

export interface ServiceOptions {
  readonly platform: NodeJS.Platform
  /** Whole paths. */
  readonly library: string
  readonly node: string
  readonly script: string
  readonly home: string
  /** Where systemd looks for units of the user, such as `~/.config`; on Windows the folder of settings. */
  readonly config: string
  /** The number of the user. */
  readonly uid: number
}

export interface Service {
  readonly manager: "systemd" | "launchd" | "task scheduler"
  readonly name: string
  readonly file: string
  readonly text: string
  /** What is run after the file was written, in order. */
  readonly start: ReadonlyArray<ReadonlyArray<string>>
  /** What is run before the file is removed, and after. */
  readonly stop: ReadonlyArray<ReadonlyArray<string>>
  readonly afterRemoval: ReadonlyArray<ReadonlyArray<string>>
  readonly isEnabled: ReadonlyArray<string>
  readonly isRunning: ReadonlyArray<string>
  /** What a person may want to do besides. */
  readonly hints: ReadonlyArray<string>
}

/** A word as systemd reads it: quoted, `%` doubled, since it begins a specifier. */
const systemdWord = (word: string): string => `"${word.replace(/[\\"]/g, "\\$&").replaceAll("%", "%%")}"`

// The colon keeps systemd from reading `$` as a variable.
const unit = ({ library, node, script }: ServiceOptions): string =>
  `# Written by \`whiteroom daemon install\`; \`whiteroom daemon uninstall\` removes it.
[Unit]
Description=White Room Backup of ${library.replaceAll("%", "%%")}

[Service]
Type=simple
ExecStart=:${[node, script, "daemon", "--library", library].map(systemdWord).join(" ")}
Restart=on-failure
RestartSec=10
TimeoutStopSec=15
Nice=10

[Install]
WantedBy=default.target
`

const systemd = (options: ServiceOptions, name: string): Service => {
  const unitName = `${name}.service`
  const systemctl = (...words: ReadonlyArray<string>) => ["systemctl", "--user", ...words]
  return {
    manager: "systemd",
    name: unitName,
    file: path.join(options.config, "systemd/user", unitName),
    text: unit(options),
    start: [systemctl("daemon-reload"), systemctl("enable", unitName), systemctl("restart", unitName)],
    stop: [systemctl("disable", "--now", unitName)],
    afterRemoval: [systemctl("daemon-reload")],
    isEnabled: systemctl("is-enabled", "--quiet", unitName),
    isRunning: systemctl("is-active", "--quiet", unitName),
    hints: [
      "It runs while you are logged in. To have it run always:  loginctl enable-linger",
      `Its log:  journalctl --user -u ${unitName}`
    ]
  }
}

const xml = (text: string): string => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)

const agent = ({ library, node, script, home }: ServiceOptions, name: string): string => {
  const log = path.join(home, "Library/Logs/White Room Backup", `${name}.log`)
  const words = [node, script, "daemon", "--library", library].map(
    (word) => `    <string>${xml(word)}</string>`
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- Written by \`whiteroom daemon install\`; \`whiteroom daemon uninstall\` removes it. -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${name}</string>
  <key>ProgramArguments</key>
  <array>
${words.join("\n")}
  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <true/>
  <key>ThrottleInterval</key>
  <integer>10</integer>
  <key>ExitTimeOut</key>
  <integer>15</integer>
  <key>ProcessType</key>
  <string>Background</string>
  <key>StandardOutPath</key>
  <string>${xml(log)}</string>
  <key>StandardErrorPath</key>
  <string>${xml(log)}</string>
</dict>
</plist>
`
}

const launchd = (options: ServiceOptions, name: string): Service => {
  const file = path.join(options.home, "Library/LaunchAgents", `${name}.plist`)
  const domain = `gui/${options.uid}`
  const target = `${domain}/${name}`
  return {
    manager: "launchd",
    name,
    file,
    text: agent(options, name),
    start: [
      ["launchctl", "enable", target],
      ["launchctl", "bootstrap", domain, file]
    ],
    stop: [["launchctl", "bootout", target]],
    afterRemoval: [],
    isEnabled: ["launchctl", "print", target],
    isRunning: ["launchctl", "print", target],
    hints: [`Its log:  ~/Library/Logs/White Room Backup/${name}.log`]
  }
}

/** A word as programs of Windows take their command line apart: quoted, quotes and backslashes before them escaped. */
const windowsWord = (word: string): string =>
  `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1")}"`

// A battery is no reason to lose songs, and Windows ends tasks after three days unless it is told not to.
const taskText = ({ library, node, script }: ServiceOptions): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<!-- Written by \`whiteroom daemon install\`; \`whiteroom daemon uninstall\` removes it. -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>White Room Backup of ${xml(library)}</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
    </LogonTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>7</Priority>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
  </Settings>
  <Actions>
    <Exec>
      <Command>${xml(windowsWord(node))}</Command>
      <Arguments>${xml([script, "daemon", "--library", library].map(windowsWord).join(" "))}</Arguments>
    </Exec>
  </Actions>
</Task>
`

const taskOfWindows = (options: ServiceOptions, name: string): Service => {
  const file = path.win32.join(options.config, "White Room", `${name}.xml`)
  const schtasks = (...words: ReadonlyArray<string>) => ["schtasks", ...words, "/TN", name]
  return {
    manager: "task scheduler",
    name,
    file,
    text: taskText(options),
    start: [["schtasks", "/Create", "/F", "/XML", file, "/TN", name], schtasks("/Run")],
    stop: [schtasks("/End"), schtasks("/Delete", "/F")],
    afterRemoval: [],
    isEnabled: schtasks("/Query"),
    isRunning: [
      "powershell",
      "-NoProfile",
      "-Command",
      `if ((Get-ScheduledTask -TaskName '${name}').State -ne 'Running') { exit 1 }`
    ],
    hints: [`To look at it:  schtasks /Query /V /FO LIST /TN ${name}`]
  }
}

/** The service that looks after a library. @throws CliError where there is no service manager that is known here */
export const serviceFor = (options: ServiceOptions): Service => {
  const odd = [options.library, options.node, options.script].find((each) => /\p{Cc}/u.test(each))
  if (odd !== undefined)
    throw refusal(
      `${JSON.stringify(odd)} has characters in its name that no service can be told.`,
      "Move or rename it."
    )
  const which = createHash("sha256").update(options.library).digest("hex").slice(0, 8)
  if (options.platform === "linux") return systemd(options, `whiteroom-${which}`)
  if (options.platform === "win32") return taskOfWindows(options, `White Room Backup ${which}`)
  if (options.platform === "darwin") return launchd(options, `org.whiteroom.backup.${which}`)
  throw refusal(
    "This system has no service manager that is known here.",
    "Have its task scheduler run `whiteroom daemon` when you log in."
  )
}
