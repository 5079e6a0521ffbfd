// @vitest-environment happy-dom
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { LocalRecordingsCard } from './LocalRecordingsCard'
import type { LocalRecordings } from './useLocalRecordings'

let unmount = () => {}
afterEach(() => unmount())

function show(change: Partial<LocalRecordings>) {
  const place = document.createElement('div')
  document.body.append(place)
  const root = createRoot(place)
  unmount = () => root.unmount()
  const onDownload = vi.fn()
  const local: LocalRecordings = {
    ...{ isPossible: true, isChosen: true, current: undefined, kept: [], problem: undefined },
    ...{ onChoose() {}, onDownload, onDelete() {}, begin: () => undefined },
    ...change,
  }
  flushSync(() => root.render(<LocalRecordingsCard local={local} />))
  return { place, text: place.textContent ?? '', onDownload }
}

describe('LocalRecordingsCard', () => {
  it('shows nothing without a recording', () => {
    expect(show({}).text).toBe('')
  })

  it('shows how long the file of the present stream is, and why a recording has ended early', () => {
    const current = { name: 'lp-1.ts', bytes: 12_300_000, isClosed: false }
    expect(show({ current }).text).toContain('This stream is recorded: 12.3 MB until now.')
    const problem = { sentence: 'The disk is full.', nextStep: 'The stream goes on.' }
    const ended = show({ current: { ...current, problem, isClosed: true } })
    expect(ended.text).toContain('The disk is full.The stream goes on.')
    expect(ended.text).not.toContain('is recorded')
  })

  it('downloads a recording with one click, and names it for screen readers', () => {
    const { place, onDownload } = show({ kept: [{ name: 'lp-2026-11-30-10-42-15.ts', bytes: 960e6 }] })
    const button = place.querySelector<HTMLButtonElement>('[aria-label="Download lp-2026-11-30-10-42-15.ts"]')
    button?.click()
    expect(onDownload).toHaveBeenCalledWith('lp-2026-11-30-10-42-15.ts')
    expect(place.querySelector('[aria-label="Delete lp-2026-11-30-10-42-15.ts"]')).not.toBeNull()
  })
})
