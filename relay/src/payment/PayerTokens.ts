import { type Address, concat, type Hex, keccak256, stringToHex, toHex } from 'viem'

/** The statement of a token: the payer, and its price. `payer`: its payment key in lower case. */
export type TokenFacts = { payer: Address; weiPerByte: bigint }

/** A token is valid for this time, so a payer signs a hello once in this time. */
const lifeMs = 3_600_000
const [addressDigits, endDigits, priceDigits, macDigits] = [40, 12, 10, 32]
const form = new RegExp(`^[0-9a-f]{${addressDigits + endDigits + priceDigits + macDigits}}$`)

/**
 * Issues and reads the tokens by which a relay recognises a payer. A token has a statement and a code that only the relay can compute. So a relay stores
 * nothing for a token, and a thousand clients cannot fill its memory. A token and a challenge are valid at one network address only. So a client that
 * copies a token gains nothing, unless it has the network address of the payer. A restart of the relay ends all tokens.
 */
export class PayerTokens {
  readonly #secret = toHex(crypto.getRandomValues(new Uint8Array(32)))
  readonly #nowMs: () => number

  /** `nowMs`: the clock of `performance.now()`. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** The challenge that a client of this network address must sign: 32 bytes. */
  challenge(network: string): Hex {
    return this.#challengeOf(network, this.#period)
  }

  /** Whether this is the challenge of the present hour or of the previous hour for this network address. */
  isChallenge(challenge: Hex, network: string): boolean {
    return [0, 1].some((ago) => challenge.toLowerCase() === this.#challengeOf(network, this.#period - ago))
  }

  issue({ payer, weiPerByte }: TokenFacts, network: string): string {
    const end = Math.floor(this.#nowMs() + lifeMs)
    const facts = `${payer.slice(2).toLowerCase()}${digits(BigInt(end), endDigits)}${digits(weiPerByte, priceDigits)}`
    return facts + this.#macOf(facts, network)
  }

  /** `undefined`: we did not issue this token for this network address, or the token has expired. */
  read(token: string, network: string): TokenFacts | undefined {
    if (!form.test(token)) return undefined
    const facts = token.slice(0, -macDigits)
    if (token.slice(-macDigits) !== this.#macOf(facts, network)) return undefined
    const end = Number.parseInt(facts.slice(addressDigits, addressDigits + endDigits), 16)
    if (this.#nowMs() >= end) return undefined
    return { payer: `0x${facts.slice(0, addressDigits)}`, weiPerByte: BigInt(`0x${facts.slice(-priceDigits)}`) }
  }

  get #period(): number {
    return Math.floor(this.#nowMs() / lifeMs)
  }

  #challengeOf(network: string, period: number): Hex {
    return this.#code(`challenge ${period} ${network}`)
  }

  #macOf(facts: string, network: string): string {
    return this.#code(`token ${facts} ${network}`).slice(2, 2 + macDigits)
  }

  /** Keccak needs no HMAC: from this hash, nobody can compute the hash of a longer text that begins with the secret. */
  #code(text: string): Hex {
    return keccak256(concat([this.#secret, stringToHex(text)]))
  }
}

const digits = (value: bigint, count: number): string => value.toString(16).padStart(count, '0')
