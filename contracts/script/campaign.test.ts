import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Abi, AbiFunction } from 'viem'
import { expect, test } from 'vitest'
import * as generated from '../abi'

/**
 * The campaign is the random actions of `test/invariants`. For each contract, this map has the functions that no action calls. A
 * comment gives the reason for each entry.
 */
const exempt = new Map<string, readonly string[]>([
  // Any account can set its own URI, and no other contract reads it.
  ['serviceRegistry', ['setServiceURI']],
  // Only the governor calls the Timelock, which has a function `execute` with the name of a function of the governor.
  ['timelock', functionsOf(generated.timelockAbi).filter((name) => name !== 'execute')],
  // A vote is not counted in another way if it is signed or has a reason. `StakeGovernor.t.sol` tests `cancel`, and
  // `attacks/Votes.t.sol` tests that no proposal can call `relay` or `updateTimelock`.
  [
    'stakeGovernor',
    [
      ...['castVoteBySig', 'castVoteWithReason', 'castVoteWithReasonAndParams', 'castVoteWithReasonAndParamsBySig'],
      ...['castOverrideVoteBySig', 'cancel', 'relay', 'updateTimelock'],
      ...['onERC721Received', 'onERC1155Received', 'onERC1155BatchReceived'],
    ],
  ],
  // The BondingManager calls `transferFrom` in `bond`, `permit` in `bondWithPermit`, and `burn` in `spendCommonPool`.
  ['livepeerToken', ['transferFrom', 'permit', 'burn']],
  // After the genesis, these contracts only send LPT. `genesis/GenesisClaim.t.sol` and `genesis/Vesting.t.sol` test them.
  ['genesisClaim', ['claim', 'returnUnclaimed']],
  ['vesting', ['release']],
  ['endowment', ['release']],
  // The ClaimsManager calls `request` in `verify`.
  ['bondedVerifier', ['request']],
  // `DisputeHandler` makes these moves by functions of `DisputeModel`.
  ['disputeGame', ['open', 'dissect', 'decide']],
  // `CourtHandler` makes the first four by functions of `CourtModel`. The ClaimsManager calls `request`. The last two change no balance.
  ['court', ['object', 'appeal', 'demand', 'answer', 'request', 'appoint', 'objectToLength']],
])

/** After a change of the owner, the campaign could not act as the owner any more. `owner.test.ts` tests these functions. */
const ofOwnable = ['transferOwnership', 'renounceOwnership']

const folder = fileURLToPath(new URL('../test/invariants', import.meta.url))
const actions = readdirSync(folder)
  .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll(/\/\/.*$/gm, ''))
  .join('\n')
/** The names that the campaign uses for the contracts. */
const instances = 'token|rounds|bonding|jobs|claims|verifier|minter|pool|chequebook|governor|randomness|game|court'
const called = new Set([...actions.matchAll(new RegExp(`\\b(?:${instances})\\.(\\w+)`, 'g'))].map(([, name]) => name))

const contracts = Object.entries(generated)
  .filter(([key]) => key.endsWith('Abi'))
  .map(([key, abi]) => [key.replace(/Abi$/, ''), abi as Abi] as const)

test.each(contracts)('the campaign calls each state-changing function of %s that is not exempt', (contract, abi) => {
  const left = [...ofOwnable, ...(exempt.get(contract) ?? [])]
  const missing = functionsOf(abi).filter((name) => !called.has(name) && !left.includes(name))
  expect(missing).toEqual([])
})

test.each([...exempt])('each exempt function of %s exists, and the campaign does not call it', (contract, names) => {
  const abi = contracts.find(([name]) => name === contract)?.[1] ?? []
  expect(names.filter((name) => called.has(name) || !functionsOf(abi).includes(name))).toEqual([])
})

function functionsOf(abi: Abi): string[] {
  const changes = ({ stateMutability }: AbiFunction) =>
    stateMutability === 'nonpayable' || stateMutability === 'payable'
  return abi.filter((item): item is AbiFunction => item.type === 'function' && changes(item)).map(({ name }) => name)
}
