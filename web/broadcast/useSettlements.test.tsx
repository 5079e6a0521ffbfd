// @vitest-environment happy-dom
import { createRoot } from 'react-dom/client'
import {
  createPublicClient,
  custom,
  keccak256,
  LimitExceededRpcError,
  type PublicClient,
  RpcRequestError,
  toHex,
} from 'viem'
import { anvil } from 'viem/chains'
import { expect, it, vi } from 'vitest'
import { type Settlements, useSettlements } from './useSettlements'

const jobId = keccak256(toHex('job'))
const jobIds = [jobId]

/** A page that adds each result of the hook to `shown`. */
function Page({ client, shown }: { client: PublicClient; shown: Settlements[] }) {
  shown.push(useSettlements(client, jobIds))
  return null
}

it('useSettlements tells why the settlement of a job could not be read', async () => {
  const client = createPublicClient({
    chain: anvil,
    transport: custom(
      {
        async request({ method }) {
          if (method === 'eth_blockNumber') return '0x10'
          const error = { code: LimitExceededRpcError.code, message: 'limit' }
          throw new RpcRequestError({ body: {}, error, url: 'http://rpc.example' })
        },
      },
      { retryCount: 0 },
    ),
  }) as PublicClient
  const shown: Settlements[] = []
  const root = createRoot(document.createElement('div'))
  root.render(<Page client={client} shown={shown} />)
  const problem = await vi.waitUntil(() => shown.at(-1)?.problems.get(jobId))
  expect(problem.sentence).toBe('The RPC of the chain refused a request, because it limits the requests of this page.')
  expect(shown.at(-1)?.settlements.size).toBe(0)
  root.unmount()
})
