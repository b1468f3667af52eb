/** Whether somebody has the version that is answered: `If-None-Match` names it. */
export const isUnchanged = (seen: string | undefined, etag: string | undefined): boolean =>
  etag !== undefined && (seen ?? "").split(",").some((each) => each.trim().replace(/^W\//, "") === etag)
