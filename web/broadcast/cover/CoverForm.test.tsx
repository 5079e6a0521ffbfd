// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CoverForm } from './CoverForm'
import { type CoverChoice, chosenOf, problemOfTitle, useCover } from './useCover'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const place = document.body.appendChild(document.createElement('div'))
const root = createRoot(place)
let choice: CoverChoice
function Form() {
  choice = useCover()
  return <CoverForm cover={choice} stream={undefined} />
}
afterEach(() => act(async () => root.render(null)))

describe('the title and the poster before a broadcast', () => {
  it('are optional; the title has no spaces at its ends', async () => {
    await act(async () => root.render(<Form />))
    expect([chosenOf(choice), place.querySelector('[role=alert]')]).toEqual([undefined, null])
    await act(async () => choice.onTitle('  Trains at Olten '))
    expect(chosenOf(choice)).toEqual({ title: 'Trains at Olten', poster: '' })
    expect(choice.titleProblem).toBeUndefined()
  })

  it('say why a title cannot be used', async () => {
    await act(async () => root.render(<Form />))
    await act(async () => choice.onTitle('<b>Trains</b>'))
    expect(place.querySelector('input')?.getAttribute('aria-invalid')).toBe('true')
    expect(place.textContent).toContain('The title contains characters that a page must not show.')
    expect(problemOfTitle('🚂'.repeat(101))?.nextStep).toBe('Write at most 100 characters.')
    expect(problemOfTitle('🚂'.repeat(100))).toBeUndefined()
  })

  it('keep no poster from a file that is no picture', async () => {
    await act(async () => root.render(<Form />))
    await act(async () => choice.onImage(new Blob(['text'])))
    await vi.waitFor(() => expect(choice.isBusy).toBe(false))
    expect(choice.posterProblem?.sentence).toBe('The browser cannot make a poster from this file.')
    expect(choice.poster).toBe('')
  })
})
