/** The client of a request. `token`: the query parameter `payer`. `network`: see `networkOf`. */
export type Client = { token: string | undefined; network: string }

/** One sold answer. `headers`: further headers of the answer. */
export type SoldAnswer = {
  headers: Record<string, string>
  /** Call this before each write to the connection. `false`: do not write these bytes, and end the answer. */
  sent(byteLength: number): boolean
  /** Called once, when the answer has ended in any way. */
  end(): void
}

/** The body of the answer 402. */
export type Required = { error: string; nextStep: string } & Record<string, unknown>

/** An answer with a body in JSON. */
export type Reply = { status: number; body: string }

/** The port to payments: sells the bytes of segments. Playlists, headers and records are free. */
export type ByteSales = {
  /** `false`: all bytes are free, and the gateway does not call `sell`. */
  readonly isPaid: boolean
  /** `path`: the requested path. */
  sell(client: Client, answer: { byteLength: number; path: string }): SoldAnswer | { required: Required }
  /** Answers `POST /payers`. */
  hello(body: string, network: string): Promise<Reply>
  /** Answers `POST /cheques`. */
  cheque(body: string, client: Client): Promise<Reply>
}
