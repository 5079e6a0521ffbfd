import {
  type ContractAddresses,
  configureDeployment,
  contractsForm,
  knownChains,
  parseContracts,
} from '@lp/contracts/deployments'
import { logOf } from 'lp-relay/log'
import type { Problem } from '../ui/Problem'
import { iceServerForm, isIceServer, isTracker, maxServers } from './servers'

const log = logOf('config')

/** The settings of a deployment. The server of the page serves them as `lp.json` beside the page. */
export type Config = {
  chainId: number
  /** Absolute http(s) URLs of JSON-RPCs of the chain, one or more. If one does not work, the page uses another. */
  rpcUrls: readonly string[]
  /** The addresses of the contracts. Without them, the page uses the addresses that its build knows. */
  contracts?: ContractAddresses
  /**
   * Absolute http(s) URL of a block explorer, if there is one. Below this URL, `tx/<hash>` is the page of a transaction, and
   * `address/<address>` is the page of an account.
   */
  explorerUrl?: string
  /** WebTorrent trackers. For each watched stream, the page uses them in addition to the trackers of the relays. */
  trackers?: readonly string[]
  /** STUN and TURN servers. A viewer also uses STUN servers of the relays. */
  iceServers?: readonly RTCIceServer[]
}

/** The settings if there is no `lp.json`: a local chain at anvil's default address. */
export const defaults: Config = { chainId: 31337, rpcUrls: ['http://127.0.0.1:8545'] }

/** The largest number of RPCs. At its start, a page asks each of them. */
const maxRpcs = 8

/**
 * Checks the content of `lp.json`. `rpcUrl` is one URL or a list of URLs; relative URLs are resolved against `base`. Throws `InvalidError`.
 */
export function parse(value: unknown, base: string): Config {
  if (typeof value !== 'object' || value === null) throw new InvalidError({ expected: 'an object' })
  const { chainId, rpcUrl, contracts, explorerUrl, trackers, iceServers } = value as Partial<Record<Field, unknown>>
  if (typeof chainId !== 'number' || !Number.isSafeInteger(chainId) || chainId < 1)
    throw new InvalidError({ field: 'chainId', expected: 'a positive whole number' })
  const addresses = parseContracts(contracts)
  const config = {
    chainId,
    rpcUrls: parseRpcs(rpcUrl, base),
    ...(addresses && { contracts: addresses }),
    ...(explorerUrl !== undefined && { explorerUrl: parseUrl('explorerUrl', explorerUrl, base) }),
    ...(trackers !== undefined && {
      trackers: expectList('trackers', trackers, isTracker, 'a list of at most 8 ws or wss URLs'),
    }),
    ...(iceServers !== undefined && { iceServers: expectList('iceServers', iceServers, isIceServer, iceServerForm) }),
  }
  // A chain that this version knows needs no addresses, and they can still be given.
  if (!addresses && (contracts !== undefined || !knownChains().includes(chainId)))
    throw new InvalidError({ field: 'contracts', expected: contractsForm })
  return config
}

type Field = Exclude<keyof Config, 'rpcUrls'> | 'rpcUrl'

function parseRpcs(value: unknown, base: string): string[] {
  if (!Array.isArray(value)) return [parseUrl('rpcUrl', value, base)]
  if (value.length === 0 || value.length > maxRpcs)
    throw new InvalidError({ field: 'rpcUrl', expected: `a URL, or a list of at most ${maxRpcs} URLs` })
  return value.map((url) => parseUrl('rpcUrl', url, base))
}

function parseUrl(field: string, value: unknown, base: string): string {
  if (typeof value !== 'string' || !URL.canParse(value, base))
    throw new InvalidError({ field, expected: 'a URL, absolute or relative to the page' })
  const url = new URL(value, base)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new InvalidError({ field, expected: 'an http or https URL' })
  return url.href
}

function expectList<Item>(
  field: string,
  value: unknown,
  isItem: (item: unknown) => item is Item,
  expected: string,
): readonly Item[] {
  if (!Array.isArray(value) || value.length > maxServers || !value.every(isItem))
    throw new InvalidError({ field, expected })
  return value
}

/**
 * Reads `lp.json` beside the page. If there is no `lp.json`, the settings are `defaults`. From now on, the page uses the addresses in
 * `contracts`. Throws `InvalidError` or
 * `UnreachableError`.
 */
export async function load(base: string = document.baseURI): Promise<Config> {
  const response = await fetch(new URL('lp.json', base), { cache: 'no-store' }).catch((cause: unknown) => {
    throw new UnreachableError({ status: undefined, cause })
  })
  // Hosts of single-page apps answer with the HTML page if a file does not exist.
  const isPage = response.headers.get('content-type')?.includes('text/html') ?? false
  if (response.status === 404 || (response.ok && isPage)) return defaults
  if (!response.ok) throw new UnreachableError({ status: response.status, cause: undefined })
  // `parse` refuses `undefined`.
  const value: unknown = await response.json().catch((error: Error) => void log.fault(error))
  const config = parse(value, base)
  const { chainId, contracts } = config
  if (contracts) configureDeployment({ chainId, ...contracts })
  return config
}

export class InvalidError extends Error {
  override readonly name = 'Config.InvalidError'
  readonly problem: Problem
  /** `field`: the wrong field. Without a field, the whole content of `lp.json` is wrong. */
  constructor({ field, expected }: { field?: string; expected: string }) {
    super(`${field ? `Field ${field} of lp.json` : 'lp.json'} must be ${expected}.`)
    this.problem = {
      sentence: 'This site is not set up correctly.',
      nextStep: `The operator of this site must correct lp.json: ${field ?? 'lp.json'} must be ${expected}.`,
    }
  }
}

export class UnreachableError extends Error {
  override readonly name = 'Config.UnreachableError'
  readonly problem: Problem = {
    sentence: 'The settings of this site could not be loaded.',
    nextStep: 'Check your connection and reload the page.',
  }
  constructor({ status, cause }: { status: number | undefined; cause: unknown }) {
    super(`lp.json could not be read: ${status === undefined ? 'no answer' : `HTTP ${status}`}.`, { cause })
  }
}
