import { Json } from '@lp/contracts/protocol'
import { logOf } from 'lp-relay/log'
import { type Address, type Hex, isAddress, isHex, size } from 'viem'

const log = logOf('broadcast')

/** A broadcast in the storage of this browser. After a reload, the page uses this data to follow the settlement of the broadcast. */
export type Broadcast = {
  jobId: Hex
  streamId: Hex
  chainId: number
  /** The paying wallet. */
  broadcaster: Address
  /** Unix time. */
  startedAtMs: number
  /** The number of segments that a transcoder has acknowledged and can claim. */
  segments: number
  /**
   * The wallet's deposit in the contract after the job was posted, including all reserves, and the amounts that the person has added while
   * live. In wei.
   */
  depositWei: bigint
  /** The network fees of the transactions that posted the job and added to its deposit, in wei. */
  networkWei: bigint
  /** The final result of the settlement. Undefined until the result is final. Until then, the page reads the result from the chain. */
  final: { segments: number; durationMs: bigint; feesWei: bigint; refundedWei: bigint; fineWei: bigint } | undefined
  /** The job's reserve was released. */
  isReleased: boolean
}

export const stringify = (broadcasts: readonly Broadcast[]): string => Json.stringify(broadcasts)

/**
 * Leaves out entries that are not broadcasts. An older version of the page, or a user of the browser, may have written such entries.
 */
export function parse(text: string | null): Broadcast[] {
  try {
    const values: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(values) ? values.flatMap((value) => read(value) ?? []) : []
  } catch (error) {
    log.fault(error as Error)
    return []
  }
}

function read(value: unknown): Broadcast | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { jobId, streamId, broadcaster, ...rest } = value as Record<string, unknown>
  const isId = (id: unknown): id is Hex => isHex(id) && size(id) === 32
  if (!isId(jobId) || !isId(streamId) || typeof broadcaster !== 'string' || !isAddress(broadcaster)) return undefined
  const [chainId, startedAtMs, segments] = [rest.chainId, rest.startedAtMs, rest.segments].map(whole)
  const [depositWei, networkWei] = [rest.depositWei, rest.networkWei].map(wei)
  if (chainId === undefined || startedAtMs === undefined || segments === undefined) return undefined
  if (depositWei === undefined || networkWei === undefined) return undefined
  return {
    ...{ jobId, streamId, chainId, broadcaster, startedAtMs, segments, depositWei, networkWei },
    ...{ final: readFinal(rest.final), isReleased: rest.isReleased === true },
  }
}

function readFinal(value: unknown): Broadcast['final'] {
  if (typeof value !== 'object' || value === null) return undefined
  const fields = value as Record<string, unknown>
  const segments = whole(fields.segments)
  const [durationMs, feesWei, refundedWei] = [fields.durationMs, fields.feesWei, fields.refundedWei].map(wei)
  if (segments === undefined || durationMs === undefined || feesWei === undefined || refundedWei === undefined)
    return undefined
  // An earlier version of the page stored no fine, because the contracts had no fines at that time.
  return { segments, durationMs, feesWei, refundedWei, fineWei: wei(fields.fineWei) ?? 0n }
}

const whole = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined

const wei = (value: unknown): bigint | undefined =>
  typeof value === 'string' && /^\d{1,78}$/.test(value) ? BigInt(value) : undefined
