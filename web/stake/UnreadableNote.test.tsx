import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { Unreadable } from './Staking'
import { UnreadableNote } from './UnreadableNote'

const textOf = (unreadable: Unreadable) =>
  renderToStaticMarkup(<UnreadableNote unreadable={unreadable} />).replace(/<[^>]*>/g, '')

it.each<[Unreadable, string]>([
  [{ isWaitlistCut: true, others: 0 }, 'a part of the waitlist cannot be read now'],
  [{ isWaitlistCut: false, others: 1 }, 'complete: 1 transcoder cannot be read now'],
  [{ isWaitlistCut: true, others: 2 }, 'a part of the waitlist and 2 transcoders cannot be read now'],
])('says which transcoders are missing from the list: %o', (unreadable, text) => {
  expect(textOf(unreadable)).toContain(text)
})

it('says nothing if the list is whole', () => {
  expect(textOf({ isWaitlistCut: false, others: 0 })).toBe('')
})
