/**
 * What every command prints with `--json`. The commands take their types from here, the build publishes them as JSON
 * Schemas in `dist/schemas`. Fields are only ever added, so readers must let unknown ones pass.
 */
import * as Output from "@white-room/core/output"
import * as Schema from "effect/Schema"
import * as Backups from "./Backups.js"
import * as Entities from "./Entities.js"
import * as Inbox from "./Inbox.js"
import * as Library from "./Library.js"
import * as Rescue from "./Rescue.js"
import * as Schedule from "./Schedule.js"
import * as Server from "./Server.js"
import * as Vault from "./Vault.js"

/** On stderr when a command fails, bad arguments included. `code` is the exit code. */
const ExitError = Schema.Struct({
  message_type: Schema.Literal("exit_error"),
  code: Output.Count,
  error: Schema.String,
  message: Schema.String,
  recovery: Schema.String
})

/** A line that says how far long work is. */
const StatusLine = Schema.Struct({
  message_type: Schema.Literal("status"),
  step: Schema.String,
  done: Output.Count,
  total: Output.Count,
  seconds: Schema.Finite
})

/** A line about one file that could not be taken, while the rest goes on. */
const ErrorLine = Schema.Struct({
  message_type: Schema.Literal("error"),
  file: Schema.String,
  reason: Schema.String
})

/** By the name of the file they are published in. */
export const outputs = {
  "exit-error": ExitError,
  "status-line": StatusLine,
  "error-line": ErrorLine,
  init: Library.InitSummary,
  setup: Library.SetupSummary,
  adopt: Library.AdoptSummary,
  status: Output.Status,
  import: Entities.ImportSummary,
  "song-list": Schema.Array(Output.SongSummary),
  "song-show": Output.Song,
  "song-import": Entities.ImportSummary,
  "song-export": Entities.ExportSummary,
  "song-delete": Entities.DeleteSummary,
  "performance-list": Schema.Array(Output.PerformanceSummary),
  "performance-show": Output.Performance,
  "performance-import": Entities.ImportSummary,
  "performance-export": Entities.ExportSummary,
  "performance-delete": Entities.DeleteSummary,
  "prefs-show": Output.LibraryPreferences,
  "prefs-set": Entities.PreferencesSummary,
  export: Entities.ExportedSummary,
  backup: Backups.BackupSummary,
  list: Schema.Array(Output.Backup),
  "list-bundles": Schema.Array(Backups.BundleChain),
  show: Output.BackupDetail,
  edit: Backups.EditSummary,
  "show-past": Output.PastDetail,
  restore: Backups.RestoreSummary,
  "restore-sent": Inbox.SentSummary,
  "inbox-list": Schema.Array(Inbox.Received),
  "inbox-accept": Inbox.AnswerSummary,
  "inbox-refuse": Inbox.AnswerSummary,
  "inbox-set": Inbox.InboxSetSummary,
  undo: Rescue.UndoSummary,
  "undo-list": Schema.Array(Rescue.Operation),
  rescue: Schema.Array(Rescue.Missing),
  history: Schema.Array(Output.Version),
  diff: Output.Difference,
  find: Schema.Array(Output.Found),
  check: Library.CheckSummary,
  "check-bundles": Library.BundleCheckSummary,
  repair: Library.RepairSummary,
  "repair-vault": Vault.RepairSummary,
  forget: Backups.ForgetSummary,
  undelete: Schema.Union(Backups.UndeleteSummary, Backups.RestoreSummary),
  prune: Backups.PruneSummary,
  usage: Library.Usage,
  events: Schema.Array(Library.LogEvent),
  event: Library.LogEvent,
  "migrate-status": Library.MigrateStatus,
  "migrate-up": Library.MigrateSummary,
  "migrate-down": Library.MigrateSummary,
  rebuild: Library.RebuildSummary,
  "schedule-list": Schema.Array(Schedule.ListedProfile),
  "schedule-next": Schema.Array(Schedule.NextRuns),
  "schedule-digest": Schedule.Digest,
  "schedule-edit": Schedule.ProfileSummary,
  "schedule-remove": Schedule.RemoveSummary,
  "schedule-import": Schedule.ImportedProfiles,
  "schedule-run": Schedule.RunSummary,
  "vault-list": Schema.Array(Vault.KnownVault),
  "vault-add": Vault.AddSummary,
  "vault-show": Vault.VaultDetail,
  "vault-remove": Vault.RemoveSummary,
  "vault-policy": Vault.PolicySummary,
  "vault-upkeep": Vault.UpkeepSummary,
  push: Vault.PushSummary,
  pull: Vault.PullSummary,
  clone: Vault.CloneSummary,
  "key-export": Vault.KitSummary,
  "key-list": Vault.KeyList,
  "key-rotate": Vault.RotateSummary,
  "key-add": Vault.KeySummary,
  "key-remove": Vault.KeySummary,
  "check-vault": Vault.VaultCheckSummary,
  "open-line": Server.OpenLine,
  "server-line": Server.ServerLine,
  "server-invite": Server.InviteSummary,
  "server-group": Server.GroupSummary,
  "server-check": Server.CheckSummary,
  "server-settings": Server.Settings,
  "server-pause": Server.PauseSummary,
  "server-access-list": Schema.Array(Server.Access),
  "server-access-edit": Server.AccessEditSummary,
  "server-access-revoke": Server.RevokeSummary,
  "server-leave": Server.LeaveSummary,
  "server-erase": Server.EraseSummary,
  connect: Server.ConnectSummary,
  disconnect: Server.DisconnectSummary,
  "daemon-line": Schedule.DaemonLine,
  "daemon-install": Schedule.DaemonInstall,
  "daemon-uninstall": Schedule.DaemonUninstall,
  "daemon-status": Schedule.DaemonStatus
} as const

/** What a command prints, as values. */
export type Outputs = { readonly [K in keyof typeof outputs]: (typeof outputs)[K]["Encoded"] }
