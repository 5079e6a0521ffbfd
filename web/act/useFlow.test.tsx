// @vitest-environment happy-dom
import { contractsOn } from '@lp/contracts/deployments'
import { startAnvil } from '@lp/contracts/script/anvil'
import { deploy, localChainId, localKey } from '@lp/contracts/script/deploy'
import { connect } from '@lp/contracts/testbeds/localChain'
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { http, toFunctionSelector, UserRejectedRequestError } from 'viem'
import { getAbiItem } from 'viem/utils'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WagmiProvider } from 'wagmi'
import { countingWallet } from '../testbeds/countingWallet'
import type { Wallet } from '../wallet/Wallet'
import type { Action } from './Action'
import { ReviewStep } from './ReviewStep'
import { refusalOf } from './refusalOf'
import { type Flow, useFlow } from './useFlow'

const { roundsManager } = contractsOn(localChainId)
const initializeRound = toFunctionSelector(getAbiItem({ abi: roundsManager.abi, name: 'initializeRound' }))
let anvil: Awaited<ReturnType<typeof startAnvil>>
let local: ReturnType<typeof connect>
beforeAll(async () => {
  anvil = await startAnvil()
  await deploy({ rpcUrl: anvil.rpcUrl, deployerKey: localKey(0), preset: 'local' })
  local = connect(anvil.rpcUrl)
})
afterAll(() => anvil.stop())

const action: Action = {
  review: { title: 'Begin', confirm: 'Begin', done: 'Begun.', happens: 'A round.', when: 'Now.', risk: 'Nothing.' },
  call: { ...roundsManager, functionName: 'initializeRound', args: [] },
}
const refusals = { RoundAlreadyInitialized: () => ({ sentence: 'It has begun.', nextStep: 'Close this.' }) }

type NextOf = (intent: 'begin') => 'begin' | undefined
type Shown = {
  flows: Flow<'begin'>[]
  wallet: Wallet
  block: bigint
  readNumbers: () => Promise<unknown>
  nextOf: NextOf
}

/** A page with only one flow and its review. Adds each state of the flow to `flows`. */
function Page({ flows, wallet, block, readNumbers, nextOf }: Shown) {
  useQuery({ queryKey: ['numbers'], queryFn: readNumbers })
  const flow = useFlow<'begin'>({
    wallet,
    block,
    actionOf: () => action,
    nextOf,
    refusalOf: (error) => refusalOf(error, refusals),
  })
  flows.push(flow)
  return flow.review && <ReviewStep flow={flow} review={flow.review} />
}

type Opened = {
  change?: Partial<Wallet>
  provider?: Parameters<typeof countingWallet>[0]['provider']
  readNumbers?: () => Promise<unknown>
  nextOf?: NextOf
}

async function open({ change, provider, readNumbers = async () => 0, nextOf = () => undefined }: Opened = {}) {
  const address = local.user(3).address
  const own = provider && { provider }
  const { config, simulated } = await countingWallet({ rpcUrl: anvil.rpcUrl, account: address, ...own })
  const wallet: Wallet = {
    ...{ status: 'connected', address, balanceWei: 1n, isTestWallet: false, isOnWrongChain: false },
    ...{ onConnect: vi.fn(), onSwitchChain: vi.fn(), ...change },
  }
  const flows: Flow<'begin'>[] = []
  const flow = () => flows.at(-1) as Flow<'begin'>
  const place = document.createElement('div')
  const root = createRoot(place)
  const queryClient = new QueryClient()
  const show = (block: bigint) =>
    root.render(
      <WagmiProvider config={config} reconnectOnMount={false}>
        <QueryClientProvider client={queryClient}>
          <Page {...{ flows, wallet, block, readNumbers, nextOf }} />
        </QueryClientProvider>
      </WagmiProvider>,
    )
  show(1n)
  await until(() => expect(flow()).toBeDefined())
  return { flow, flows, place, simulated, wallet, show, close: () => root.unmount() }
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

describe('a flow', () => {
  it('shows the review, simulates the action once, and closes after the transaction', async () => {
    await local.mine(31)
    const { flow, flows, simulated, close } = await open()
    expect(flow().review).toBeUndefined()
    flow().onAsk('begin')
    await until(() => expect(flow().review).toEqual(action.review))
    await until(() => expect(flow().isReady).toBe(true))
    flow().onConfirm()
    await until(() => expect([flow().isBusy, flow().review]).toEqual([false, undefined]))
    expect(flows.some(({ isBusy }) => isBusy)).toBe(true)
    expect(simulated).toEqual([initializeRound])
    close()
  })

  it('shows the review of the next intent in the same dialog, and not before the first intent is done', async () => {
    await local.mine(31)
    const asked: string[] = []
    const { flow, simulated, close } = await open({
      nextOf: (intent) => (asked.push(intent) === 1 ? intent : undefined),
    })
    flow().onAsk('begin')
    await until(() => expect(flow().isReady).toBe(true))
    expect(asked).toEqual([])
    flow().onConfirm()
    // The second action is rehearsed before the person can confirm it. Here, the round is initialized already.
    await until(() => expect(flow().problem).toEqual(refusals.RoundAlreadyInitialized()))
    expect([flow().review, flow().isBusy, flow().isReady]).toEqual([action.review, false, false])
    expect(simulated).toEqual([initializeRound, initializeRound])
    flow().onClose()
    await until(() => expect(flow().review).toBeUndefined())
    close()
  })

  it('shows the refusal of a simulation and is not ready; at a new block it simulates the action again', async () => {
    const { flow, simulated, show, close } = await open()
    flow().onAsk('begin')
    await until(() => expect(flow().problem).toEqual(refusals.RoundAlreadyInitialized()))
    expect(flow().isReady).toBe(false)
    await local.mine(31)
    show(2n)
    await until(() => expect(flow().isReady).toBe(true))
    expect(flow().problem).toBeUndefined()
    expect(simulated).toEqual([initializeRound, initializeRound])
    close()
  })

  it('shows why the transaction failed after the review, and keeps the review open', async () => {
    await local.mine(31)
    const { flow, close } = await open()
    flow().onAsk('begin')
    await until(() => expect(flow().isReady).toBe(true))
    await local.mined(local.user(0).roundsManager.write.initializeRound())
    flow().onConfirm()
    await until(() => expect(flow().problem).toEqual(refusals.RoundAlreadyInitialized()))
    expect(flow().review).toEqual(action.review)
    flow().onClose()
    await until(() => expect([flow().review, flow().problem]).toEqual([undefined, undefined]))
    close()
  })

  it('can be confirmed again after the wallet has declined, also while the page still reads the chain', async () => {
    await local.mine(31)
    const node = http(anvil.rpcUrl)({})
    let declines = true
    const provider = {
      async request(question: { method: string; params?: unknown }) {
        if (question.method !== 'eth_sendTransaction' || !declines) return node.request(question)
        declines = false
        throw new UserRejectedRequestError(new Error('The person declined.'))
      },
    }
    // The chain answers the first question of the page immediately, and the later questions only after the second click.
    const answers: ((value: number) => void)[] = []
    const later = new Promise<number>((resolve) => void answers.push(resolve))
    let reads = 0
    const readNumbers = () => (reads++ === 0 ? Promise.resolve(0) : later)
    const { flow, place, close } = await open({ provider, readNumbers })
    const button = () => [...place.querySelectorAll('button')].at(-1) as HTMLButtonElement
    flow().onAsk('begin')
    await until(() => expect(button().disabled).toBe(false))
    document.body.append(place)
    button().focus()
    button().click()
    await until(() => expect(place.textContent).toContain('declined in the wallet'))
    expect(reads).toBe(2)
    await until(() => expect([button().disabled, button().getAttribute('aria-disabled')]).toEqual([false, null]))
    expect(document.activeElement).toBe(button())
    button().click()
    for (const answer of answers) answer(0)
    await until(() => expect(flow().review).toBeUndefined())
    expect(await local.user(0).roundsManager.read.currentRoundInitialized()).toBe(true)
    close()
    place.remove()
  })

  it('performs another intent that must come before the reviewed intent, and keeps the review open', async () => {
    await local.mine(31)
    const { flow, close } = await open()
    flow().onAsk('begin')
    await until(() => expect(flow().isReady).toBe(true))
    flow().onPerformFirst('begin')
    await until(() => expect(flow().problem).toEqual(refusals.RoundAlreadyInitialized()))
    expect(flow().review).toEqual(action.review)
    close()
  })

  it('shows no review while the wallet is not connected or is on a wrong network, but asks the person to connect it or to change the network', async () => {
    const away = await open({ change: { status: 'disconnected', address: undefined } })
    away.flow().onAsk('begin')
    expect(away.wallet.onConnect).toHaveBeenCalledOnce()
    const elsewhere = await open({ change: { isOnWrongChain: true } })
    elsewhere.flow().onAsk('begin')
    expect(elsewhere.wallet.onSwitchChain).toHaveBeenCalledOnce()
    for (const { flow, close } of [away, elsewhere]) {
      expect(flow().review).toBeUndefined()
      close()
    }
  })
})
