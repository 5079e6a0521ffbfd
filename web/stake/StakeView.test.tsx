// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { parseEther, toHex } from 'viem'
import { expect, test } from 'vitest'
import { positionOf, stakingOf, transcoderOf } from '../testbeds/staking'
import type { Wallet } from '../wallet/Wallet'
import type { Position } from './Position'
import { StakeView } from './StakeView'
import type { StakeFlow } from './useStakeFlow'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const nothing = () => undefined
const wallet: Wallet = {
  ...{
    status: 'connected',
    address: toHex(9, { size: 20 }),
    balanceWei: 0n,
    isTestWallet: true,
    isOnWrongChain: false,
  },
  ...{ onConnect: nothing, onSwitchChain: nothing },
}
const flow: StakeFlow = {
  ...{ intent: undefined, review: undefined, draft: undefined, isReady: false, isBusy: false, slow: undefined },
  ...{ problem: undefined, onInitialize: undefined, onAsk: nothing, onConfirm: nothing, onClose: nothing },
  onAmount: nothing,
}

/** The parts of the page from the top to the bottom, as on a phone. */
async function partsFor(position: Position | undefined): Promise<string[]> {
  const place = document.createElement('div')
  const staking = stakingOf({ transcoders: [transcoderOf(1)], position })
  const root = createRoot(place)
  await act(async () =>
    root.render(
      <StakeView {...{ wallet, staking, flow, testToken: undefined, problem: undefined, onShowMore: nothing }} />,
    ),
  )
  const parts = [...place.querySelectorAll('h1, h2, p')].map(({ textContent }) => textContent ?? '')
  await act(async () => root.unmount())
  return parts.filter((text) => /^(Stake|Transcoders|Transcoders make .*|Your stake|Round 3)$/.test(text))
}

const intro = expect.stringMatching(/^Transcoders make/)

test('an account with stake sees its stake before the introduction and the round', async () => {
  const parts = ['Stake', 'Your stake', intro, 'Round 3', 'Transcoders']
  expect(await partsFor(positionOf({ delegate: toHex(1, { size: 20 }), stake: parseEther('5') }))).toEqual(parts)
  const lock = { id: 0n, amount: 1n, withdrawBlock: 1n, delegate: toHex(1, { size: 20 }) }
  expect(await partsFor(positionOf({ locks: [lock] }))).toEqual(parts)
  expect(await partsFor(positionOf({ feesWei: 1n }))).toEqual(parts)
})

test('an account without stake reads first what staking is', async () => {
  const parts = ['Stake', intro, 'Round 3', 'Your stake', 'Transcoders']
  expect(await partsFor(positionOf())).toEqual(parts)
  expect(await partsFor(undefined)).toEqual(parts)
})
