// @vitest-environment happy-dom
import { contractsOn } from '@lp/contracts/deployments'
import { act, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { type Hex, type PublicClient, parseEther, toHex, zeroAddress } from 'viem'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { localChainId } from '../config/chain'
import { governanceOf, pollOf, voterOf } from '../testbeds/governance'
import type { Wallet } from '../wallet/Wallet'
import { callOf, type Decision } from './Decision'
import { GovernView, type GovernViewProps } from './GovernView'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const contracts = contractsOn(localChainId)
const client = { chain: { id: localChainId } } as PublicClient
const account = toHex(9, { size: 20 })
const nothing = () => undefined
const wallet: Wallet = {
  ...{ status: 'connected', address: account, balanceWei: 0n, isTestWallet: true, isOnWrongChain: false },
  ...{ onConnect: nothing, onSwitchChain: nothing },
}
const onAsk = vi.fn()
const flow: GovernViewProps['flow'] = {
  ...{ intent: undefined, review: undefined, isReady: false, isBusy: false, slow: undefined, problem: undefined },
  ...{ onInitialize: undefined, onAsk, onConfirm: nothing, onClose: nothing },
}

const place = document.createElement('div')
let root: ReturnType<typeof createRoot> | undefined
/** Shows the page, and gives the element of the first proposal. */
async function show(governance: GovernViewProps['governance'], onShowMore = nothing) {
  root = createRoot(place)
  await act(async () =>
    root?.render(
      <Suspense>
        <GovernView {...{ client, wallet, governance, flow, problem: undefined, onShowMore }} />
      </Suspense>,
    ),
  )
  return place.querySelector('[data-testid=proposal]') as HTMLElement
}
afterEach(async () => {
  await act(async () => root?.unmount())
  onAsk.mockReset()
})

const text = (element: HTMLElement) => (element.textContent ?? '').replaceAll('\u00a0', ' ')
const button = (within: HTMLElement, name: string) =>
  [...within.querySelectorAll('button')].find(({ textContent }) => textContent === name)
const click = (within: HTMLElement, name: string) => act(async () => button(within, name)?.click())

const decisions: readonly Decision[] = [
  { kind: 'payment', pool: 'LPT', to: account, amount: parseEther('5') },
  { kind: 'payment', pool: 'ETH', to: zeroAddress, amount: parseEther('1') },
  {
    ...{ kind: 'parameters', contract: 'roundsManager' },
    values: { ...governanceOf().inForce.roundsManager, roundLength: 10_000n },
  },
  { kind: 'verifier', to: account },
]

test('a proposal says in plain words what it decides, with its votes, its quorum and its end', async () => {
  // Shortly before midnight, the end of the vote would have a date too.
  onTestFinished(() => void vi.useRealTimers())
  vi.setSystemTime(new Date(2026, 10, 1, 12))
  const calls = decisions.map((decision) => callOf(decision, contracts))
  const proposal = await show(governanceOf({ polls: [pollOf({ calls })], pollCount: 1 }))
  expect(text(proposal)).toContain('Pay 5 LPT from the CommonPool to 0x0000…0009')
  expect(text(proposal)).toContain('Burn 1 ETH of the CommonPool')
  expect(text(proposal)).toContain('RoundLength from 10 to 10,000 blocks')
  expect(text(proposal)).toContain('Make 0x0000…0009 the verifier of later jobs')
  expect(text(proposal)).toContain('For6,000 LPT')
  expect(text(proposal)).toContain('Quorum: 6,000 LPT of 10,000 LPT (not reached)')
  expect(text(proposal)).toMatch(/Votes count until \d\d:\d\d:\d\d/)
})

test('a hostile description is only text, and a call that no one knows is shown with its address and its bytes', async () => {
  const data = `0x${'ab'.repeat(100_000)}` as Hex
  const description = `<img src=x onerror="alert(1)">${'long '.repeat(700)}`
  const calls = Array.from({ length: 300 }, () => ({ target: account, value: 3n, data }))
  const proposal = await show(governanceOf({ polls: [pollOf({ calls, description })], pollCount: 1 }))
  expect(proposal.querySelector('img')).toBeNull()
  expect(text(proposal)).toContain('<img src=x onerror="alert(1)">')
  expect(text(proposal)).toContain('A call that this page does not know')
  expect(text(proposal)).toContain('0x0000…0009')
  expect(text(proposal)).toContain('with 3 wei')
  expect(text(proposal)).toContain('and 99501 more bytes')
  expect(text(proposal).length).toBeLessThan(30_000)
  await click(proposal, 'Show more calls (290)')
  expect(button(proposal, 'Show more calls (190)')).toBeDefined()
})

test('a delegator takes its own part out of the vote of its transcoder', async () => {
  const poll = pollOf({ voter: voterOf() })
  const proposal = await show(governanceOf({ polls: [poll], account: { address: account, stake: parseEther('5') } }))
  expect(text(proposal)).toContain('Your transcoder 0x0000…0008 votes with your 5 LPT.')
  await click(proposal, 'Against')
  expect(onAsk).toHaveBeenCalledWith({ kind: 'override', poll, support: 'against' })
})

test('a transcoder votes with all stake that is bonded to it', async () => {
  const poll = pollOf({ voter: voterOf({ votes: parseEther('70'), delegate: account }) })
  const proposal = await show(governanceOf({ polls: [poll], account: { address: account, stake: parseEther('5') } }))
  expect(text(proposal)).toContain('Vote with all stake that was bonded to you, 70 LPT:')
  expect(text(proposal)).not.toContain('Take this part out')
  await click(proposal, 'For')
  expect(onAsk).toHaveBeenCalledWith({ kind: 'vote', poll, support: 'inFavour' })
})

test('an account without votes reads why it cannot vote, and while the round is not initialized, it can initialize it', async () => {
  const own = { address: account, stake: 0n }
  const without = pollOf({ voter: voterOf({ ownPart: 0n }) })
  expect(text(await show(governanceOf({ polls: [without], account: own })))).toContain('You have no vote here')
  await act(async () => root?.unmount())
  const proposal = await show(governanceOf({ polls: [pollOf()], account: own, isRoundInitialized: false }))
  await click(proposal, 'Initialize the round')
  expect(onAsk).toHaveBeenCalledWith({ kind: 'initializeRound' })
})

test.each([
  ['succeeded', 'Queue', 'queue'],
  ['queued', 'Execute', 'execute'],
] as const)('any account can act on a proposal that is %s', async (state, name, kind) => {
  const poll = pollOf({ state, etaSeconds: 999_999n })
  const proposal = await show(governanceOf({ polls: [poll] }))
  await click(proposal, name)
  expect(onAsk).toHaveBeenCalledWith({ kind, poll })
})

test('a proposal cannot be executed before its time, and only its proposer can withdraw it', async () => {
  const waiting = await show(governanceOf({ polls: [pollOf({ state: 'queued', etaSeconds: 1_000_001n })] }))
  expect(button(waiting, 'Execute')?.disabled).toBe(true)
  await act(async () => root?.unmount())
  const pending = pollOf({ state: 'pending' })
  const others = await show(governanceOf({ polls: [pending], account: { address: account, stake: 0n } }))
  expect(button(others, 'Withdraw')).toBeUndefined()
  await act(async () => root?.unmount())
  const own = await show(governanceOf({ polls: [pending], account: { address: pending.proposer, stake: 0n } }))
  expect(button(own, 'Withdraw')).toBeDefined()
})

test('the table has each parameter with its value, its bounds and its changes', async () => {
  const governance = governanceOf()
  const { updates, inForce } = governance
  const values = { ...inForce.minter, maxInflation: 2_000_000n }
  const update = { contract: 'minter', values, block: 9_000n, transactionHash: '0x02' } as const
  await show({ ...governance, updates: [...updates, update], inForce: { ...inForce, minter: values } })
  const rows = [...place.querySelectorAll<HTMLElement>('[data-testid=parameter]')]
  expect(rows).toHaveLength(36)
  const changed = rows.find(({ dataset }) => dataset.parameter === 'minter.maxInflation') as HTMLElement
  expect(text(changed)).toContain('Now0.2 %')
  expect(text(changed)).toContain('0 to 1 %')
  expect(text(changed)).toContain('1 change0 to 0.2 %, ')
})

test('the page shows older proposals on request', async () => {
  const onShowMore = vi.fn()
  await show(governanceOf({ polls: [pollOf()], pollCount: 12 }), onShowMore)
  await click(place, 'Show older proposals (11)')
  expect(onShowMore).toHaveBeenCalledOnce()
})
