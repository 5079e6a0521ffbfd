import { contractsOn } from '@lp/contracts/deployments'
import { Round } from '@lp/contracts/protocol'
import { type Address, formatLog, numberToHex, type PublicClient, pad, parseEventLogs, toEventSelector } from 'viem'
import { getAbiItem } from 'viem/utils'
import { readOnce } from '../chain/readOnce'
import { type History, type HistoryEvent, historyOf, historyRounds } from './History'
import { readSlashings } from './readSlashings'
import type { TimedRound } from './TimedRound'

/** The transcoder is the first indexed argument of all these events. So one request reads all of them. */
const names = [
  'Reward',
  'FeesShared',
  'TranscoderUpdate',
  'TranscoderSeated',
  'TranscoderEvicted',
  'TranscoderResigned',
] as const

export type HistoryOf = { chainId: number; transcoder: Address; round: TimedRound; isSeated: boolean }

/** Reads the last rounds of a transcoder from the event log. A month of a busy network needs many requests, so each block is read once. */
export async function readHistory(
  client: PublicClient,
  { chainId, transcoder, round, isSeated }: HistoryOf,
): Promise<History> {
  const { bondingManager } = contractsOn(chainId)
  const { abi, address } = bondingManager
  const first = Round.startBlockOf(round, round.number - BigInt(historyRounds - 1))
  const range = { fromBlock: first > 0n ? first : 0n, toBlock: round.clock.block }
  const selectors = names.map((name) => toEventSelector(getAbiItem({ abi, name })))
  const [opened, own, slashings] = await Promise.all([
    readOnce(client, {
      ...{ ...range, key: [chainId, address, 'PoolLocked'].join(' ') },
      read: (page) => client.getContractEvents({ ...bondingManager, eventName: 'PoolLocked', strict: true, ...page }),
    }),
    readOnce(client, {
      ...{ ...range, key: [chainId, address, 'history', transcoder].join(' ') },
      read: async ({ fromBlock, toBlock }) => {
        const logs = await client.request({
          method: 'eth_getLogs',
          params: [
            {
              ...{ address, topics: [selectors, pad(transcoder, { size: 32 })] },
              ...{ fromBlock: numberToHex(fromBlock), toBlock: numberToHex(toBlock) },
            },
          ],
        })
        const formatted = logs.map((log) => formatLog(log))
        return parseEventLogs({ abi, eventName: [...names], logs: formatted, strict: true })
      },
    }),
    readSlashings(client, { chainId, transcoder, ...range }),
  ])
  const events = [...opened, ...own].map(
    ({ eventName, args, blockNumber, logIndex }) =>
      ({ name: eventName, ...args, block: blockNumber, logIndex }) as HistoryEvent,
  )
  return { ...historyOf(events, { transcoder, isSeated, round: round.number }), slashings: slashings.reverse() }
}
