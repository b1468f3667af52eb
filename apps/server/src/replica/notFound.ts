import { type EntityKey, EntityNotFound } from "@white-room/core"

/** What is said of something that is not there. */
export const notFound = ({ kind, id }: EntityKey, where: string) =>
  new EntityNotFound({ kind, name: id, where, near: [] })
