// @vitest-environment happy-dom
import { renderToString } from 'react-dom/server'
import { type Hex, numberToHex, zeroAddress } from 'viem'
import { describe, expect, it } from 'vitest'
import type { Broadcast } from './Broadcast'
import { HistoryCard } from './HistoryCard'
import { pastBroadcastOf } from './PastBroadcast'
import type { Found } from './resume/findStored'
import type { StoredBroadcast } from './resume/StoredBroadcast'

const [jobId, other]: readonly [Hex, Hex] = [numberToHex(1, { size: 32 }), numberToHex(2, { size: 32 })]
const broadcast: Broadcast = {
  ...{ jobId, streamId: jobId, chainId: 31337, broadcaster: zeroAddress, startedAtMs: 0, segments: 3 },
  ...{ depositWei: 5n, networkWei: 2n, final: undefined, isReleased: false },
}
const jobActions = { isBusy: false, problem: undefined, onEnd() {}, onExpire() {} }

function show(found: Found): HTMLElement {
  const body = document.createElement('div')
  const history = [pastBroadcastOf(broadcast, undefined)]
  body.innerHTML = renderToString(<HistoryCard history={history} found={found} jobActions={jobActions} />)
  return body
}

describe('HistoryCard', () => {
  it('says that a broadcast is live in another tab, and not that it settles', () => {
    const { textContent } = show({ name: 'elsewhere', jobIds: [jobId] })
    expect(textContent).toContain('Live elsewhere')
    expect(textContent).not.toContain('Settling')
    expect(textContent).not.toContain('The stream ends')
  })

  it('says that a broadcast is interrupted', () => {
    const { textContent } = show({ name: 'interrupted', stored: { jobId } as StoredBroadcast })
    expect(textContent).toContain('Interrupted')
    expect(textContent).not.toContain('Settling')
  })

  it('otherwise says that the broadcast settles', () => {
    for (const found of [{ name: 'none' }, { name: 'elsewhere', jobIds: [other] }] satisfies Found[])
      expect(show(found).textContent).toContain('Settling')
  })
})
