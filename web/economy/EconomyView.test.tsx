// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { parseEther, toHex } from 'viem'
import { afterEach, expect, test } from 'vitest'
import type { Economy } from './Economy'
import { EconomyView, type EconomyViewProps } from './EconomyView'
import { workOf } from './Work'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const economy: Economy = {
  ...{ clock: { block: 10n, timeMs: 0, blockTimeMs: 1_000 }, round: 7n, supply: parseEther('10000000') },
  ...{ bonded: parseEther('4100000'), participationRate: 500_000_000n, inflation: 403_000n },
  ...{ mintable: parseEther('4030'), minted: parseEther('1000'), pools: { lpt: parseEther('12.5'), wei: 10n ** 15n } },
}

const place = document.createElement('div')
let root: ReturnType<typeof createRoot> | undefined
async function show(props: Partial<EconomyViewProps>): Promise<string> {
  root = createRoot(place)
  const all = { economy, work: undefined, problem: undefined, ...props }
  await act(async () => root?.render(<EconomyView {...all} />))
  return (place.textContent ?? '').replaceAll('\u00a0', ' ')
}
afterEach(() => act(async () => root?.unmount()))

test('the page shows supply, participation, inflation and the CommonPool, also while it still reads the work', async () => {
  const text = await show({})
  expect(text).toContain('All LPT10,000,000 LPT')
  expect(text).toContain('Staked41 %the target is 50 %')
  expect(text).toContain('New LPT of this round0.0403 %1,000 LPT of 4,030 LPT are minted')
  expect(text).toContain('CommonPool, from slashes12.5 LPT')
  expect(text).toContain('CommonPool, from fines0.001ETH')
  expect(text).toContain('Reading all work from the chain.')
})

test('the page shows the jobs, segments and fees of each transcoder, 25 at a time', async () => {
  const events = Array.from({ length: 30 }, (_, index) => ({
    ...{ transcoder: toHex(index + 1, { size: 20 }), jobId: toHex(index % 3, { size: 32 }) },
    ...{ segments: BigInt(1_000 * (index + 1)), feesWei: 10n ** 15n },
  }))
  const text = await show({ work: workOf(events) })
  expect(text).toContain('Jobs accepted3')
  expect(text).toContain('Segments transcoded465,000')
  expect(text).toContain('Segments a job155,000')
  const rows = () => [...place.querySelectorAll<HTMLElement>('[data-testid=transcoder-work]')]
  expect(rows()).toHaveLength(25)
  expect(rows()[0]?.textContent).toContain('Segments30,000')
  expect(rows()[0]?.querySelector('a')?.getAttribute('href')).toBe(`/stake/${toHex(30, { size: 20 })}`)
  await act(async () =>
    [...place.querySelectorAll('button')].find(({ textContent }) => textContent === 'Show more (5)')?.click(),
  )
  expect(rows()).toHaveLength(30)
})

test('the page says what could not be read', async () => {
  const problem = { sentence: 'The chain does not answer.', nextStep: 'Check your connection.' }
  expect(await show({ problem })).toContain('The work could not be read.')
  expect(await show({ economy: undefined, problem })).toContain('The chain does not answer.')
})
