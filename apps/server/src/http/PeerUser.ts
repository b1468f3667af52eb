/** Whose program is at the other end of a connection on this machine: what Linux says of it. */
import { readFileSync } from "node:fs"
import type { IncomingMessage } from "node:http"

/** 127.0.0.1 as the table of sockets writes it. */
const loopback = "0100007F"

const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, "0")

/** The user of the socket that is bound to `from` and connected to `to`, both on 127.0.0.1. */
export const userIn = (table: string, from: number, to: number): number | undefined => {
  const ends = `${loopback}:${hex(from)} ${loopback}:${hex(to)} `
  const line = table.split("\n").find((each) => each.includes(` ${ends}`))
  const user = Number(line?.trim().split(/\s+/)[7] ?? Number.NaN)
  return Number.isInteger(user) ? user : undefined
}

/** Whoever may do everything may do this: on some systems a relay of root's brings the browser's requests. */
const root = 0

const known = new WeakMap<object, boolean>()

/**
 * True when the program that asks is known to be another user's. What stands behind `#` in a link is secret to those who only
 * see a network, and not to those who see the list of processes, where a browser was given it.
 */
export const isOfAnotherUser = ({ socket }: IncomingMessage, own: number): boolean => {
  const before = known.get(socket)
  if (before !== undefined) return before
  const { remotePort, localPort } = socket
  if (remotePort === undefined || localPort === undefined) return false
  let table: string
  try {
    table = readFileSync("/proc/net/tcp", "latin1")
  } catch {
    return false
  }
  const user = userIn(table, remotePort, localPort)
  const found = user !== undefined && user !== own && user !== root
  known.set(socket, found)
  return found
}
