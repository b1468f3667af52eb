import { type About, passing } from "./PassingTexts.js"

/** What is said of each thing that goes wrong. */
export const about = {
  InvalidRequest: {
    status: 400,
    detail: "The request does not have the form that /openapi.json describes. Nothing was changed.",
    recovery: "Compare it with /openapi.json."
  },
  NotSignedIn: {
    status: 401,
    detail: "No valid access came with the request. Nothing was changed.",
    recovery:
      "Send it as `Authorization: Bearer TOKEN`. When it has expired or was taken away, ask for a new link."
  },
  NotAllowed: {
    status: 403,
    detail: "This access may not do that. Nothing was changed.",
    recovery: "Ask the person who runs the server."
  },
  AccessNotFitting: {
    status: 400,
    detail:
      "What is asked for does not fit this access: a computer stays one, with libraries of its own; a person stays one; and an admin of some libraries becomes one of all only where that is said. Nothing was changed.",
    recovery: "Send `role` and `libraries` that fit together, or send a new invitation and revoke this one."
  },
  NotYours: {
    status: 403,
    detail: "This library was opened by another user of this computer. Nothing was changed.",
    recovery: "Only that user can look at it."
  },
  OriginRefused: {
    status: 403,
    detail: "A page of somebody else asked for a change. Nothing was changed.",
    recovery: "Open the server's own address. Programs send `Authorization: Bearer TOKEN`, and no `Origin`."
  },
  LineOfAnother: {
    status: 403,
    detail: "Another device writes there. Nothing was changed.",
    recovery: "Begin a line of your own."
  },
  NotFound: {
    status: 404,
    detail: "There is nothing at this address for you. Nothing was changed.",
    recovery: "Check the address and the access."
  },
  NothingThere: {
    status: 404,
    detail: "Nothing was sent to this library yet.",
    recovery: "Its device sends it with `whiteroom push`."
  },
  BackupNotFound: {
    status: 404,
    detail: "There is no such backup.",
    recovery: "Choose one of those that are listed; `near` has some."
  },
  EntityNotFound: {
    status: 404,
    detail: "There is no such song, performance or record of preferences at that time.",
    recovery: "List what there is, or ask for another time with `at`."
  },
  MomentNotFound: {
    status: 404,
    detail: "The library does not go back to that moment, or no longer keeps what was there.",
    recovery: "Choose another; `near` has some."
  },
  ProfileNotFound: {
    status: 404,
    detail: "This library has no profile of that name. Nothing was changed.",
    recovery: "Choose one of those that are listed below `profiles`, or make one with `If-None-Match: *`."
  },
  OperationNotFound: {
    status: 404,
    detail:
      "Nothing of that number can be taken back: it was taken back already, or was an edit. Nothing was changed.",
    recovery: "Choose one of those that are listed below `operations`, or restore a song out of its history."
  },
  DeviceNotFound: {
    status: 404,
    detail: "This library has no such device, or that one may not read it. Nothing was sent.",
    recovery: "Name one of those of the library's status, or none."
  },
  BlobMissing: {
    status: 404,
    detail: "The library has no file of that name.",
    recovery: "List what is there."
  },
  CodeNotFound: {
    status: 404,
    detail: "This code opens nothing: it is wrong, has expired, or was tried too often. Nothing was changed.",
    recovery: "Check it, or ask for a new link."
  },
  AnotherLibrary: {
    status: 409,
    detail: "Another library is kept there. Nothing was changed.",
    recovery: "Ask for an invitation for this library."
  },
  Sealed: {
    status: 409,
    detail: "This library is sealed: nobody here can read it.",
    recovery: "Read it where its key is: whiteroom list --from PLACE."
  },
  SeveralDevices: {
    status: 409,
    detail: "Several devices went on with this library, and that is another point for each of them.",
    recovery: "Say which with `line`; `devices` has them."
  },
  Damaged: {
    status: 409,
    detail: "Files of this library are damaged or missing, and what was asked for needs them.",
    recovery: "Its device mends it: whiteroom repair NAME."
  },
  LibraryFailed: {
    status: 409,
    detail: "The library did not do that. Nothing was changed.",
    recovery: "`detail` says why, and `error` how the library calls it."
  },
  ForDevice: {
    status: 409,
    detail:
      "This link is for the computer with the songs, or for a web app, and not for a browser. It was not used up.",
    recovery: "There: whiteroom connect LINK. To look in a browser, ask for `whiteroom server link`."
  },
  CodeUsed: {
    status: 409,
    detail: "This code was used by another device already. Nothing was changed.",
    recovery: "Ask for a new link. If it was not you who used it, say so to the person who runs the server."
  },
  NotSealed: {
    status: 409,
    detail: "This library is to be sealed, and the vault is not. Nothing was changed.",
    recovery: "Seal it, or ask for an invitation for a library that may be read."
  },
  Leaving: {
    status: 409,
    detail: "This library leaves the server: it can be read until it is erased. Nothing was changed.",
    recovery: "Keep it elsewhere, or ask the person who runs the server."
  },
  HomeElsewhere: {
    status: 409,
    detail: "This library is changed on its device, not here. Nothing was changed.",
    recovery: "Do it there, or send it a restore."
  },
  RestoreOver: {
    status: 409,
    detail:
      "The restore is not at a point where that can be done; `restore` says where it stands. Nothing was changed.",
    recovery: "Look at it. What was applied is taken back where the library is: whiteroom undo."
  },
  HomeHere: {
    status: 409,
    detail: "This library is written here: devices push nothing into it. Nothing was changed.",
    recovery: "Write it over the API, or ask for an invitation for a library of a device."
  },
  TooManyProfiles: {
    status: 409,
    detail: "This library has 50 profiles, which is as many as it may have. Nothing was changed.",
    recovery: "Remove one that is not needed any more, or change one that is there."
  },
  IdTaken: {
    status: 409,
    detail: "Another library has this id. Nothing was changed.",
    recovery: "Choose another id; a random one, such as a UUID, is nobody's."
  },
  LengthRequired: {
    status: 411,
    detail: "The request does not say how long its body is. Nothing was changed.",
    recovery: "Send Content-Length."
  },
  ContentReleased: {
    status: 410,
    detail: "Its document is no longer kept: the library released it.",
    recovery: "Ask for another version of it."
  },
  BlobExists: {
    status: 412,
    detail: "The library has a file of that name with other bytes; it was left as it is.",
    recovery: "Put it under another name."
  },
  PlanOutdated: {
    status: 412,
    detail:
      "The library changed since the restore was planned. Nothing was changed; `restore` has the new plan.",
    recovery: "Look at the new plan, and apply that."
  },
  VersionConflict: {
    status: 412,
    detail: "It was changed meanwhile; `version` says at which version it is. Nothing was changed.",
    recovery: "Read it again, make the change on what is there now, and send `If-Match` with that version."
  },
  ProfileChanged: {
    status: 412,
    detail: "The profile is another one than was seen. Nothing was changed.",
    recovery: "Read it again, and send `If-Match` with its `ETag`."
  },
  RevisionOutdated: {
    status: 412,
    detail: "The restore has changed meanwhile; `restore` has it as it is. Nothing was changed.",
    recovery: "Decide again, and send `If-Match` with its revision."
  },
  TooLarge: {
    status: 413,
    detail: "The body is larger than anything that is taken here. Nothing was changed.",
    recovery: "Send it in smaller parts."
  },
  EncodingRefused: {
    status: 415,
    detail: "Bodies are taken as they are, without Content-Encoding. Nothing was changed.",
    recovery: "Send it uncompressed."
  },
  RangeNotSatisfiable: {
    status: 416,
    detail: "The range begins behind the end of the file, or is not one range.",
    recovery: "Ask for one range within the file: bytes=FIRST-LAST."
  },
  HostRefused: {
    status: 421,
    detail: "The server does not answer to that name. Nothing was changed.",
    recovery: "Use its own address, or start it with --url https://NAME."
  },
  FileNotVerified: {
    status: 422,
    detail: "The bytes are not those of Content-Digest. Nothing was kept.",
    recovery: "Send them again."
  },
  NotImportable: {
    status: 422,
    detail:
      "This is not a file that can be brought in here: an exchange file, a single song, or a bundle. Nothing was changed.",
    recovery: "Of a database, or of what is encrypted, make a bundle first: whiteroom export --format bundle."
  },
  KeyReused: {
    status: 422,
    detail: "This Idempotency-Key came with another request before. Nothing was changed.",
    recovery: "Send a new key with each new request, and the same one to ask for the same again."
  },
  KeyRequired: {
    status: 428,
    detail: "The request does not say by which key it can be asked for again. Nothing was changed.",
    recovery: "Send `Idempotency-Key` with 16 to 200 letters and digits of your own."
  },
  VersionRequired: {
    status: 428,
    detail: "The request does not say which version it is about. Nothing was changed.",
    recovery:
      "Send `If-Match` with the `ETag` that you read, or `If-None-Match: *` for what is not there yet."
  },
  NewRequired: {
    status: 428,
    detail: "The request does not say that it makes something new. Nothing was changed.",
    recovery: "Send `If-None-Match: *`."
  },
  RevisionRequired: {
    status: 428,
    detail: "The request does not say which revision it is about. Nothing was changed.",
    recovery: "Send `If-Match` with the revision that you saw, in quotes."
  },
  ConditionRequired: {
    status: 428,
    detail: "Files are never replaced here. Nothing was changed.",
    recovery: "Send `If-None-Match: *` and `Content-Digest: sha-256=:…:`."
  },
  ClientTooOld: {
    status: 426,
    detail: "The program that asked is more than two years older than this server. Nothing was changed.",
    recovery: "Upgrade it, and ask again: npm install --global @white-room/cli@latest"
  },
  TooMany: {
    status: 429,
    detail: "Too much at once. Nothing was changed.",
    recovery: "Wait as long as Retry-After says."
  },
  TooManyToday: {
    status: 429,
    retryAfter: 3600,
    detail: "This library was sent 20 restores in a day. Nothing was sent.",
    recovery: "Try again tomorrow, or restore at the device."
  },
  TooManyLibraries: {
    status: 429,
    retryAfter: 3600,
    detail: "This access has as many libraries as one may have. Nothing was changed.",
    recovery: "Let one go, or ask the person who runs the server for another access."
  },
  HeadersTooLarge: {
    status: 431,
    detail: "The address or the headers are longer than anything that is taken here. Nothing was changed.",
    recovery: "Send less in them: 16 kB at most."
  },
  InternalFault: {
    status: 500,
    detail: "The server itself failed. What was not finished was undone.",
    recovery: "Try again; tell the person who runs the server, with the request id."
  },
  ExportGone: {
    status: 410,
    detail: "The file of this export is not there, or not any more: it is kept for an hour.",
    recovery: "Ask for the export again."
  },
  Opening: {
    status: 503,
    detail: "The library is being made ready to be read; `progress` says how far.",
    recovery: "Ask again as soon as Retry-After says, or wait with `Prefer: wait=30`."
  },
  ...passing,
  Full: {
    status: 507,
    detail: "There is no room left for this library. What it had is still there.",
    recovery: "Ask the person who runs the server for more room."
  }
} as const satisfies Readonly<Record<string, About>>
