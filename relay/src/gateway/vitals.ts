import { Gauge, type Registry } from 'prom-client'
import { formatEther } from 'viem'

/** The values that the alerts of an operator use. `undefined`: not known yet. */
export type Vitals = {
  /** Wei on the account that pays for gas. */
  balance: bigint | undefined
  /** Units of 10^-18 LPT. `missingSelfStake`: the own stake that the account needs for a seat, and does not have. */
  ownStake: bigint | undefined
  delegatedStake: bigint | undefined
  missingSelfStake: bigint | undefined
  /** Consecutive rounds without a call of `reward`. */
  missedRewards: number | undefined
  /** Time until the nearest deadline for a claim of unclaimed work, or for a disclosure. */
  deadlineSeconds: number | undefined
  /** Time since the last answer of the chain. */
  chainSilentSeconds: number
  /** Time without a new block, if this time is too long. */
  chainStoppedSeconds: number | undefined
  /** A needed request that fails although the chain answers, and the time since its first failure. */
  chainFailing: { method: string; seconds: number } | undefined
  block: bigint | undefined
  diskFreeBytes: number | undefined
  payloadBytes: number
  maxPayloadBytes: number
  isDiskFull: boolean
  /** Whether segments are late because this machine is too slow for its streams. */
  isBehind: boolean
  isOpen: boolean
  streams: number
}

/** Makes the gauges of the operator. Returns the function that sets them; an unknown value has no sample. */
export function createVitals(registry: Registry): (vitals: Vitals) => void {
  const registers = [registry]
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers })
  const numbers = {
    missedRewards: gauge('lp_missed_rewards', 'Consecutive rounds in which this transcoder did not call reward.'),
    deadlineSeconds: gauge(
      'lp_deadline_seconds',
      'Time until the nearest deadline for a claim of unclaimed work, or for a disclosure.',
    ),
    chainSilentSeconds: gauge('lp_chain_silent_seconds', 'Time since the last answer of the chain.'),
    diskFreeBytes: gauge('lp_disk_free_bytes', 'Free space in the file system of the data directory.'),
    payloadBytes: gauge('lp_payload_bytes', 'Size of all stored payloads.'),
    maxPayloadBytes: gauge('lp_payload_max_bytes', 'Limit for all stored payloads, as in --max-disk.'),
    streams: gauge('lp_streams_assigned', 'Streams that this transcoder has accepted.'),
  }
  const amounts = {
    balance: gauge('lp_account_ether', 'Ether on the account that pays for gas.'),
    ownStake: gauge('lp_own_stake_lpt', 'LPT that this account has bonded to itself.'),
    delegatedStake: gauge('lp_delegated_stake_lpt', 'LPT that other accounts have bonded to this transcoder.'),
    missingSelfStake: gauge(
      'lp_missing_own_stake_lpt',
      'LPT of own stake that this account needs for a seat and does not have.',
    ),
  }
  const block = gauge('lp_block', 'The newest block that this relay has seen.')
  const isDiskFull = gauge(
    'lp_disk_full',
    '1 while the disk, or the part of it that the relay is allowed to use, is full.',
  )
  const isBehind = gauge('lp_behind', '1 while segments are late because this machine is too slow for its streams.')
  const isOpen = gauge('lp_open_for_jobs', '1 while this relay wants new jobs.')
  return (vitals) => {
    const keysOf = <Key extends string>(record: Record<Key, Gauge>) => Object.keys(record) as Key[]
    for (const key of keysOf(numbers)) set(numbers[key], vitals[key])
    for (const key of keysOf(amounts)) {
      const units = vitals[key]
      set(amounts[key], units === undefined ? undefined : Number(formatEther(units)))
    }
    set(block, vitals.block === undefined ? undefined : Number(vitals.block))
    isDiskFull.set(vitals.isDiskFull ? 1 : 0)
    isBehind.set(vitals.isBehind ? 1 : 0)
    isOpen.set(vitals.isOpen ? 1 : 0)
  }
}

function set(gauge: Gauge, value: number | undefined) {
  if (value === undefined) gauge.remove()
  else gauge.set(value)
}
