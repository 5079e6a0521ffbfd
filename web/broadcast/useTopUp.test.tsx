// @vitest-environment happy-dom
import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { http, keccak256, type PublicClient, toHex, UserRejectedRequestError } from 'viem'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { WagmiProvider } from 'wagmi'
import { countingWallet } from '../testbeds/countingWallet'
import type { Wallet } from '../wallet/Wallet'
import { addBroadcast, readHistory } from './history'
import { type TopUp, useTopUp } from './useTopUp'

const jobId = keccak256(toHex('job'))
const hourWei = 3n * 10n ** 16n

let local: LocalChain
beforeAll(async () => {
  local = await startLocalChain()
})
afterAll(() => local.stop())
let close = () => {}
afterEach(() => close())

/** A page with only this hook. Adds each result of the hook to `shown`. */
function Page({ wallet, shown }: { wallet: Wallet; shown: TopUp[] }) {
  const job = { jobId, broadcaster: local.user(2).address, hourWei }
  shown.push(useTopUp({ client: local.chain as PublicClient, wallet, job }))
  return null
}

/** Opens a page in which the broadcaster has a live job. */
async function open(change: Partial<Wallet> = {}, isDeclined = () => false) {
  localStorage.clear()
  const broadcaster = local.user(2).address
  const node = http(local.rpcUrl)({})
  const provider = {
    async request(question: { method: string; params?: unknown }) {
      if (/^eth_(requestA|a)ccounts$/.test(question.method)) return [broadcaster]
      if (question.method !== 'eth_sendTransaction' || !isDeclined()) return node.request(question)
      throw new UserRejectedRequestError(new Error('The person declined.'))
    },
  }
  const { config } = await countingWallet({ rpcUrl: local.rpcUrl, account: broadcaster, provider })
  addBroadcast({
    ...{ jobId, streamId: jobId, chainId: 31337, broadcaster, startedAtMs: 0, segments: 0, isReleased: false },
    ...{ depositWei: 5n, networkWei: 7n, final: undefined },
  })
  const wallet: Wallet = {
    ...{ status: 'connected', address: broadcaster, balanceWei: 10n * hourWei, isTestWallet: false },
    ...{ isOnWrongChain: false, onConnect: vi.fn(), onSwitchChain: vi.fn(), ...change },
  }
  const shown: TopUp[] = []
  const root = createRoot(document.createElement('div'))
  root.render(
    <WagmiProvider config={config} reconnectOnMount={false}>
      <QueryClientProvider client={new QueryClient()}>
        <Page wallet={wallet} shown={shown} />
      </QueryClientProvider>
    </WagmiProvider>,
  )
  close = () => root.unmount()
  await vi.waitUntil(() => shown.length > 0)
  const depositWei = async () => (await local.user(2).jobsManager.read.getBroadcaster([broadcaster])).deposit
  return { shown: () => shown.at(-1) as TopUp, wallet, depositWei }
}

const until = (check: () => unknown) => vi.waitUntil(check, { timeout: 20_000 })

describe('useTopUp', () => {
  it('adds the price of an hour to the deposit, and the cost to the stored broadcast', async () => {
    const { shown, depositWei } = await open()
    const [before, balance] = [await depositWei(), await local.chain.getBalance({ address: local.user(2).address })]
    shown().onAdd()
    await until(() => readHistory()[0]?.depositWei === 5n + hourWei && !shown().isBusy)
    expect(await depositWei()).toBe(before + hourWei)
    const paidWei = balance - (await local.chain.getBalance({ address: local.user(2).address }))
    expect(readHistory()[0]?.networkWei).toBe(7n + paidWei - hourWei)
  })

  it('says that the person has declined; afterwards, `onAdd` works', async () => {
    let isDeclined = true
    const { shown, depositWei } = await open({}, () => isDeclined)
    const before = await depositWei()
    shown().onAdd()
    await until(() => shown().problem?.sentence === 'The transaction was declined in the wallet.' && !shown().isBusy)
    expect(readHistory()[0]).toMatchObject({ depositWei: 5n, networkWei: 7n })
    isDeclined = false
    shown().onAdd()
    await until(() => readHistory()[0]?.depositWei === 5n + hourWei && !shown().isBusy)
    expect(shown().problem).toBeUndefined()
    expect(await depositWei()).toBe(before + hourWei)
  })

  it('asks for the right network, or for a wallet, and sends nothing', async () => {
    const elsewhere = await open({ isOnWrongChain: true })
    elsewhere.shown().onAdd()
    expect(elsewhere.wallet.onSwitchChain).toHaveBeenCalledOnce()
    close()
    const away = await open({ status: 'disconnected', address: undefined, balanceWei: undefined })
    away.shown().onAdd()
    expect(away.wallet.onConnect).toHaveBeenCalledOnce()
    expect(away.shown().isBusy).toBe(false)
  })

  it('sends nothing from an account that does not pay for the stream, or that holds too little', async () => {
    const other = await open({ address: local.user(3).address })
    expect(other.shown().blocked?.nextStep).toContain('choose this account in your wallet')
    other.shown().onAdd()
    expect(other.shown().isBusy).toBe(false)
    close()
    const poor = await open({ balanceWei: hourWei - 2n * 10n ** 15n })
    expect(poor.shown().blocked?.sentence).toBe('The wallet needs 0.002 ETH more to add an hour.')
  })
})
