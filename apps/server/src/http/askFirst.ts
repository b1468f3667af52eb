import * as http from "node:http"

/** Has each request looked at before all else that listens to them: what that has answered, nobody else hears of. */
export const askFirst = (
  server: http.Server,
  first: (request: http.IncomingMessage, response: http.ServerResponse) => boolean
): void => {
  const { emit } = server
  server.emit = function (this: http.Server, event: string, ...rest: Array<unknown>): boolean {
    const [request, response] = rest
    const isAnswered =
      event === "request" &&
      request instanceof http.IncomingMessage &&
      response instanceof http.ServerResponse &&
      first(request, response)
    return isAnswered || Reflect.apply(emit, this, [event, ...rest])
  }
}
