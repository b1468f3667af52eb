type Environment = Readonly<Record<string, string | undefined>>

/** What programs need to find their files, their words and the desktop. No variable that is known to hold a secret. */
const allowed = new Set([
  ...["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TERM"],
  ...["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"],
  ...["DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"],
  ...["SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "USERNAME"],
  ...["APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "HOMEDRIVE", "HOMEPATH"]
])

/** The part of an environment that hooks and other programs get: so that no passphrase or token is handed on. */
export const environmentOfOthers = (environment: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => {
      const known = allowed.has(name.toUpperCase()) || /^LC_[A-Z]+$/.test(name)
      return known && value !== undefined ? [[name, value] as const] : []
    })
  )
