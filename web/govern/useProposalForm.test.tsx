// @vitest-environment happy-dom

import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import { act, type FormEvent } from 'react'
import { createRoot } from 'react-dom/client'
import { keccak256, type PublicClient, stringToHex, toHex } from 'viem'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Wallet } from '../wallet/Wallet'
import { callOf as callOfDecision } from './Decision'
import * as Description from './Description'
import type { Governance } from './Governance'
import type { Intent } from './Intent'
import { idOf } from './Proposal'
import { readGovernance } from './readGovernance'
import { type ProposalForm, useProposalForm } from './useProposalForm'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const account = toHex(9, { size: 20 })
const onConnect = vi.fn()
const onAsk = vi.fn<(intent: Intent) => void>()
let local: LocalChain
let client: PublicClient
let governance: Governance
beforeAll(async () => {
  local = await startLocalChain()
  client = local.chain as PublicClient
  const clock = { block: await client.getBlockNumber(), timeMs: 0, blockTimeMs: 1_000 }
  governance = await readGovernance(client, { chainId: localChainId, account: undefined, clock, count: 1 })
})
afterAll(() => local.stop())

const walletOf = (status: Wallet['status']): Wallet => ({
  ...{ status, address: status === 'connected' ? account : undefined, balanceWei: 0n, isTestWallet: true },
  ...{ isOnWrongChain: false, onConnect, onSwitchChain: () => undefined },
})

let form: ProposalForm
function Page(props: { wallet: Wallet; governance: Governance }) {
  form = useProposalForm(client, { ...props, onAsk })
  return null
}

const root = createRoot(document.createElement('div'))
const show = (wallet: Wallet, shown = governance) =>
  act(async () => root.render(<Page wallet={wallet} governance={shown} />))
const submit = { preventDefault: () => undefined } as FormEvent
async function add(entry: Parameters<ProposalForm['onEntry']>[0]) {
  await act(async () => form.onEntry(entry))
  await act(async () => form.onAdd(submit))
  await vi.waitFor(async () => {
    await act(async () => undefined)
    expect(form.isChecking).toBe(false)
  })
}

test('a person adds changes that the contracts accept, and the proposal is empty again after it is made', async () => {
  await show(walletOf('connected'))
  await act(async () => form.onEntry({ parameter: 'bondingManager.unbondingPeriod' }))
  expect(form.entry.value).toBe('150')
  await add({ value: '10000001' })
  expect(form.entryProblem).toEqual({ field: 'value', problem: 'Enter a number from 20 to 10,000,000 blocks.' })
  // Within the fixed bounds, but stake could leave before the last verdict on its work.
  await add({ value: '100' })
  expect(form.refusal?.sentence).toMatch(/^UnbondingPeriod cannot be 100.blocks: together with the other parameters/)
  expect(form.decisions).toEqual([])
  await add({ value: '160' })
  expect(form.refusal).toBeUndefined()
  await act(async () => form.onEntry({ parameter: 'bondingManager.finderFee' }))
  await add({ value: '6' })
  const [decision] = form.decisions
  expect(form.decisions).toHaveLength(1)
  expect(decision).toMatchObject({ values: { unbondingPeriod: 160n, finderFee: 60_000n } })
  expect(form.entry.parameter).toBe('')

  await act(async () => form.onReview(submit))
  expect(form.textProblem).toBe('Write why stakers should vote for this.')
  expect(onAsk).not.toHaveBeenCalled()
  await act(async () => form.onText('More time to answer.'))
  await act(async () => form.onReview(submit))
  const { decisions, text } = form
  expect(onAsk).toHaveBeenCalledWith({ kind: 'propose', decisions, text, proposer: account })

  const descriptionHash = keccak256(stringToHex(Description.write(text, account)))
  const calls = decisions.map((one) => callOfDecision(one, contractsOn(localChainId)))
  const poll = { id: idOf({ calls, descriptionHash }) } as Governance['polls'][number]
  await show(walletOf('connected'), { ...governance, polls: [poll] })
  expect([form.decisions, form.text]).toEqual([[], ''])
})

test('the page says why the CommonPool cannot pay, and keeps what the person has typed', async () => {
  await show(walletOf('connected'))
  await add({ kind: 'payment', pool: 'LPT', amount: '5', to: account })
  expect(form.refusal?.sentence).toBe('The CommonPool holds less than this amount.')
  expect(form.entry).toMatchObject({ amount: '5', to: account })
  await add({ kind: 'verifier', to: account })
  expect(form.refusal?.sentence).toBe('There is no contract at 0x0000…0009.')
  await add({ kind: 'verifier', to: contractsOn(localChainId).minter.address })
  expect(form.refusal?.sentence).toMatch(/^The contract at 0x\w{4}…\w{4} is no verifier\.$/)
})

test('without a wallet, a person can write a proposal, and is asked to connect a wallet before the review', async () => {
  await show(walletOf('disconnected'))
  await add({ kind: 'verifier', to: contractsOn(localChainId).verifier.address })
  expect(form.decisions).toHaveLength(1)
  await act(async () => form.onText('A better verifier.'))
  onAsk.mockReset()
  await act(async () => form.onReview(submit))
  expect(onConnect).toHaveBeenCalledOnce()
  expect(onAsk).not.toHaveBeenCalled()
  await act(async () => root.unmount())
})
