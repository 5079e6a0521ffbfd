import { type Contracts, contractsOn, deploymentOn } from '@lp/contracts/deployments'
import {
  type Abi,
  type Address,
  decodeAbiParameters,
  formatLog,
  type Hex,
  isAddressEqual,
  keccak256,
  type Log,
  numberToHex,
  type PublicClient,
  parseEventLogs,
  toEventSelector,
} from 'viem'
import { getAbiItem } from 'viem/utils'
import type { KnownEvent } from '../chain/EventStore'
import { readOnce } from '../chain/readOnce'
import { valuesOf } from './Decision'
import * as Description from './Description'
import type { GovernanceEvents, SeatUpdate } from './GovernanceEvents'
import { type ContractName, contractNames, type Values } from './Parameter'
import type { ParameterUpdate } from './ParameterUpdate'
import { idOf, type Proposal } from './Proposal'

type EventName = 'ProposalCreated' | 'ProposalExecuted' | 'ParametersUpdate' | 'VerifierUpdate' | 'SourceUpdate'
/** An event in the form in which the page stores it. */
type GovernanceEvent = KnownEvent &
  (
    | { eventName: 'ProposalCreated'; args: Omit<Proposal, 'number'> }
    | { eventName: 'ProposalExecuted'; args: { proposalId: bigint } }
    | { eventName: 'ParametersUpdate'; args: { contract: ContractName; values: Values } }
    | { eventName: 'VerifierUpdate' | 'SourceUpdate'; args: { to: Address } }
  )

const eventNames: Readonly<Partial<Record<keyof Contracts, readonly EventName[]>>> = {
  ...Object.fromEntries(contractNames.map((name) => [name, ['ParametersUpdate']])),
  governor: ['ProposalCreated', 'ProposalExecuted', 'ParametersUpdate'],
  claimsManager: ['ParametersUpdate', 'VerifierUpdate'],
  randomness: ['SourceUpdate'],
}

/** Reads the events of all contracts with the same requests. A later visit requests only new blocks. */
export async function readGovernanceEvents(
  client: PublicClient,
  { chainId, toBlock }: { chainId: number; toBlock: bigint },
): Promise<GovernanceEvents> {
  const contracts = contractsOn(chainId)
  const sources = Object.entries(eventNames).map(([key, names]) => {
    const { abi, address }: { abi: Abi; address: Address } = contracts[key as keyof Contracts]
    return { contract: key as ContractName, abi, address, names }
  })
  const selectors = sources.flatMap(({ abi, names }) =>
    names.map((name) => toEventSelector(getAbiItem({ abi, name }) as Extract<Abi[number], { type: 'event' }>)),
  )
  const events = await readOnce(client, {
    ...{ fromBlock: BigInt(deploymentOn(chainId).fromBlock), toBlock },
    key: [chainId, contracts.governor.address, 'governance'].join(' '),
    read: async ({ fromBlock, toBlock }) => {
      const logs = await client.request({
        method: 'eth_getLogs',
        params: [
          {
            address: sources.map(({ address }) => address),
            topics: [[...new Set(selectors)]],
            ...{ fromBlock: numberToHex(fromBlock), toBlock: numberToHex(toBlock) },
          },
        ],
      })
      return logs
        .map((log) => formatLog(log))
        .flatMap((log) => {
          // Contracts with the same number of parameters emit the same event, so the address decides about the names.
          const source = sources.find(({ address }) => isAddressEqual(address, log.address))
          return source ? eventsOf(log, source) : []
        })
    },
  })
  return sorted(events as readonly GovernanceEvent[])
}

type Source = { contract: ContractName; abi: Abi; names: readonly EventName[] }

function eventsOf(log: Log, { contract, abi, names }: Source): GovernanceEvent[] {
  const [event] = parseEventLogs({ abi, eventName: [...names], logs: [log], strict: true })
  const { blockNumber, logIndex, transactionHash } = log
  if (!event || blockNumber === null || logIndex === null || transactionHash === null) return []
  const place = { blockNumber, logIndex, transactionHash }
  const args = event.args as unknown as Record<string, unknown>
  switch (event.eventName as EventName) {
    case 'ProposalCreated': {
      const proposal = proposalOf(log.data)
      return proposal ? [{ eventName: 'ProposalCreated', args: proposal, ...place }] : []
    }
    case 'ProposalExecuted':
      return [{ eventName: 'ProposalExecuted', args: { proposalId: args.proposalId as bigint }, ...place }]
    case 'ParametersUpdate':
      // The only argument has different names in the contracts.
      return [
        {
          eventName: 'ParametersUpdate',
          args: { contract, values: valuesOf(contract, Object.values(args)[0]) },
          ...place,
        },
      ]
    case 'VerifierUpdate':
      return [{ eventName: 'VerifierUpdate', args: { to: args.verifier as Address }, ...place }]
    case 'SourceUpdate':
      return [{ eventName: 'SourceUpdate', args: { to: args.source as Address }, ...place }]
  }
}

/** The data of `ProposalCreated`. Here the description has the type bytes, because its hash must be the hash of exactly these bytes. */
const created = [
  'uint256',
  'address',
  'address[]',
  'uint256[]',
  'string[]',
  'bytes[]',
  'uint256',
  'uint256',
  'bytes',
].map((type) => ({ type }))

/** Undefined if the id is not the id of this content: then the RPC has not told the truth. */
function proposalOf(data: Hex): Omit<Proposal, 'number'> | undefined {
  const [id, proposer, targets, values, , calldatas, snapshotBlock, deadlineBlock, bytes] = decodeAbiParameters(
    created,
    data,
  ) as unknown as [bigint, Address, Address[], bigint[], string[], Hex[], bigint, bigint, Hex]
  const calls = targets.map((target, index) => ({
    ...{ target, value: values[index] as bigint, data: calldatas[index] as Hex },
  }))
  const proposal = { calls, descriptionHash: keccak256(bytes) }
  if (idOf(proposal) !== id) return undefined
  return { id, proposer, ...proposal, ...Description.read(bytes), snapshotBlock, deadlineBlock }
}

function sorted(events: readonly GovernanceEvent[]): GovernanceEvents {
  const proposals: Proposal[] = []
  const executions = new Map<bigint, string>()
  const updates: ParameterUpdate[] = []
  const seats: SeatUpdate[] = []
  for (const event of events) {
    const { blockNumber: block, transactionHash } = event
    switch (event.eventName) {
      case 'ProposalCreated':
        proposals.push({ ...event.args, number: proposals.length + 1 })
        break
      case 'ProposalExecuted':
        executions.set(event.args.proposalId, transactionHash)
        break
      case 'ParametersUpdate':
        updates.push({ ...event.args, block, transactionHash })
        break
      default:
        seats.push({ seat: event.eventName === 'VerifierUpdate' ? 'verifier' : 'randomness', to: event.args.to, block })
    }
  }
  return { proposals, executions, updates, seats }
}
