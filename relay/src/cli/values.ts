import { readFileSync } from 'node:fs'
import { configureDeployment, contractsForm, networks, parseContracts } from '@lp/contracts/deployments'
import { StreamId } from '@lp/contracts/protocol'
import { InvalidArgumentError } from 'commander'
import { type Address, isAddress, parseEther } from 'viem'
import * as z from 'zod/mini'
import { clientAddress } from '../gateway/clientAddress'
import { maxWeiPerByte } from '../node/relayTerms'
import { hideSecret, hideUrl } from '../node/secrets'

// These functions read values of the command line and of the environment. For a wrong value, each function throws `InvalidArgumentError`.

export function portNumber(text: string): number {
  const port = Number(text)
  if (text === '' || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return port
}

/** Returns the address without a slash at its end. */
export function httpUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new InvalidArgumentError('Write an http or https address.')
  return text.replace(/\/+$/, '')
}

/**
 * One RPC, or several RPCs separated by commas. The address of an RPC can contain a key. So no output shows more of the address than its
 * host, even if the address is refused.
 */
export function rpcUrls(text: string): string[] {
  const urls = text.split(',').map((url) => url.trim())
  for (const url of urls)
    if (URL.canParse(url)) hideUrl(url)
    else hideSecret(url)
  for (const url of urls) httpUrl(url)
  return urls
}

/** A chain, and where to find it and the contracts, as far as `--network` says so. */
export type Network = { chainId: number; rpcUrls: string[] | undefined }

const settings = z.object({
  chainId: z.int().check(z.positive()),
  rpcUrl: z.optional(z.union([z.string(), z.array(z.string()).check(z.minLength(1))])),
  contracts: z.optional(z.unknown()),
})

/**
 * The name of a network, or a settings file like `lp.json` with the chain id, the RPCs and the addresses of the contracts. From now on, the
 * relay uses these addresses.
 */
export function network(text: string): Network {
  if (Object.hasOwn(networks, text)) return { chainId: networks[text as keyof typeof networks], rpcUrls: undefined }
  // Commander shows a wrong value, and an RPC could be written here by mistake.
  if (URL.canParse(text)) hideUrl(text)
  const { chainId, rpcUrl, contracts } = readSettings(text)
  if (contracts !== undefined) {
    const addresses = parseContracts(contracts)
    if (!addresses) throw new InvalidArgumentError(`In this file, contracts must have ${contractsForm}.`)
    configureDeployment({ chainId, ...addresses })
  }
  return { chainId, rpcUrls: rpcUrl === undefined ? undefined : [rpcUrl].flat().flatMap(rpcUrls) }
}

function readSettings(file: string): z.infer<typeof settings> {
  try {
    return settings.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    throw new InvalidArgumentError(
      `Write the name of a network (${Object.keys(networks).join(', ')}), or a JSON file with chainId, contracts and rpcUrl.`,
    )
  }
}

export function address(text: string): Address {
  if (!isAddress(text)) throw new InvalidArgumentError('Write an address of 40 hexadecimal digits, as in 0x….')
  return text
}

/** Returns units of 10^-18 LPT. */
export function lpt(text: string): bigint {
  if (!/^\d+(\.\d{1,18})?$/.test(text)) throw new InvalidArgumentError('Write a number of LPT, as in 100 or 0.5.')
  return parseEther(text)
}

/** A whole number from 1 up. */
export function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Write a whole number from 1 up.')
  return Number(text)
}

/** Reads GiB, and returns bytes. */
export function gibibytes(text: string): number {
  if (!/^\d{1,7}(\.\d{1,3})?$/.test(text) || Number(text) < 0.1)
    throw new InvalidArgumentError('Write a number of GiB from 0.1 up, as in 200.')
  return Math.floor(Number(text) * 1024 ** 3)
}

/** Addresses and networks of proxies, separated by commas. */
export function proxies(text: string): string[] {
  const addresses = text.split(',').map((address) => address.trim())
  try {
    clientAddress(addresses)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
  return addresses
}

/** Addresses of trackers, separated by commas. */
export function trackers(text: string): string[] {
  const urls = text.split(',').map((url) => url.trim())
  if (!urls.every((url) => URL.canParse(url) && /^wss?:$/.test(new URL(url).protocol)))
    throw new InvalidArgumentError('Write ws or wss addresses, separated by commas.')
  return urls
}

const urlForm = z.string().check(z.regex(/^(stuns?:[^?\s]+|turns?:[^?\s]+(\?transport=(udp|tcp))?)$/))
const stunServer = z.object({ urls: z.union([urlForm, z.array(urlForm)]) })
const servers = z.array(z.extend(stunServer, { username: z.optional(z.string()), credential: z.optional(z.string()) }))

/** Reads STUN and TURN servers from a file, because other users of the machine see the command line. No output shows a credential. */
export function iceServers(file: string): RTCIceServer[] {
  try {
    const read = servers.parse(JSON.parse(readFileSync(file, 'utf8')))
    for (const { credential } of read) hideSecret(credential)
    return read.map(({ urls, username, credential }) => ({
      ...{ urls, ...(username && { username }), ...(credential && { credential }) },
    }))
  } catch {
    throw new InvalidArgumentError(
      'The file must contain a list of servers, as in [{"urls":"turn:example.org:3478","username":"…","credential":"…"}].',
    )
  }
}

/** Reads gwei per GB, which is the same number as wei per byte. */
export function relayPrice(text: string): bigint {
  if (!/^\d{1,10}$/.test(text) || BigInt(text) > maxWeiPerByte)
    throw new InvalidArgumentError(`Write a whole number of gwei per GB from 0 to ${maxWeiPerByte}.`)
  return BigInt(text)
}

/** Reads Mbit/s, and returns bytes per second. */
export function freeRate(text: string): number {
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(text)) throw new InvalidArgumentError('Write a number of Mbit/s, as in 8 or 0.5.')
  return Math.floor(Number(text) * 125_000)
}

/** Reads MB, and returns bytes. A viewer must be able to get a whole segment at once. */
export function freeStart(text: string): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) < 1)
    throw new InvalidArgumentError('Write a whole number of MB, as in 20. With --free-rate 0, nothing is free.')
  return Number(text) * 1_000_000
}

/** Reads an amount of ether, and returns wei. */
export function ether(text: string): bigint {
  if (!/^\d{1,9}(\.\d{1,18})?$/.test(text)) throw new InvalidArgumentError('Write an amount of ether, as in 0.05.')
  return parseEther(text)
}

/** Adds the stream of one option to the streams of the earlier options. The text is a link of any lp page, or a StreamId. */
export function streamIds(text: string, known: readonly StreamId.StreamId[] = []): StreamId.StreamId[] {
  const [, id] = /(?:^|#\/?watch\/)(0x[0-9a-f]{64})\/?(?:\?.*)?$/i.exec(text.trim()) ?? []
  try {
    return [...known, StreamId.parse(id ?? '')]
  } catch {
    throw new InvalidArgumentError('Write the whole link of a stream. It contains /watch/0x and 64 more characters.')
  }
}

export function weiAmount(text: string): bigint {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Write a whole number of wei.')
  return BigInt(text)
}

/** Reads a percentage, and returns parts per million. */
export function percent(text: string): bigint {
  const share = Number(text)
  if (!/^\d+(\.\d{1,4})?$/.test(text) || share > 100) throw new InvalidArgumentError('Write a number from 0 to 100.')
  return BigInt(Math.round(share * 10_000))
}
