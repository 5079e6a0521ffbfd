// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { useKeptFocus } from './useKeptFocus'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

type Shown = { card: 'Go live' | 'On air'; isOpen?: boolean; hasNote?: boolean }

function Page({ card, isOpen, hasNote }: Shown) {
  useKeptFocus()
  return (
    <main>
      <h1>Broadcast</h1>
      {hasNote && <button type="button">Close the note</button>}
      <div>
        <section key={card}>
          <h2>{card}</h2>
          <button type="button">{`Button of ${card}`}</button>
        </section>
      </div>
      {isOpen && (
        <div role="dialog">
          <button type="button">Close</button>
        </div>
      )}
    </main>
  )
}

let place: HTMLElement
let root: ReturnType<typeof createRoot>
beforeEach(() => {
  place = document.createElement('div')
  document.body.append(place)
  root = createRoot(place)
})
afterEach(async () => {
  await act(async () => root.unmount())
  place.remove()
})

const show = (shown: Shown) => act(async () => root.render(<Page {...shown} />))
const focus = (name: string) =>
  [...place.querySelectorAll('button')].find(({ textContent }) => textContent === name)?.focus()
const focused = () => document.activeElement?.textContent

test('when a card replaces the card with the focus, the heading of the new card has the focus', async () => {
  await show({ card: 'Go live' })
  focus('Button of Go live')
  await show({ card: 'On air' })
  expect(focused()).toBe('On air')
})

test('when an element of the page itself is removed, the main heading has the focus', async () => {
  await show({ card: 'Go live', hasNote: true })
  focus('Close the note')
  await show({ card: 'Go live' })
  expect(focused()).toBe('Broadcast')
})

test('the focus stays where the person has moved it, and a dialog that closes returns it itself', async () => {
  await show({ card: 'Go live', hasNote: true })
  focus('Close the note')
  focus('Button of Go live')
  await show({ card: 'Go live' })
  expect(focused()).toBe('Button of Go live')

  await show({ card: 'Go live', isOpen: true })
  focus('Close')
  await show({ card: 'Go live' })
  expect(document.activeElement).toBe(document.body)
})
