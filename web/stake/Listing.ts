import { recordNotesOf } from './RecordNote'
import type { Staking } from './Staking'
import { isActive, nameOf, type Order, sorted, type Transcoder } from './Transcoder'

/** The transcoders that a person wants to see. `open`: takes new jobs. `clean`: no fault on its record. */
export type Filter = 'all' | 'active' | 'open' | 'clean'

/** What a person has chosen for the list. `text` is a part of an address or of the name of a relay. */
export type Listing = { text: string; filter: Filter; order: Order }

export const initial: Listing = { text: '', filter: 'all', order: { key: 'stake', isReversed: false } }

/** The transcoders of the list, in its order. */
export function listed(staking: Pick<Staking, 'transcoders' | 'round' | 'terms'>, listing: Listing): Transcoder[] {
  const wanted = listing.text.trim().toLowerCase()
  return sorted(
    staking.transcoders.filter((transcoder) => has(transcoder, wanted) && passes(transcoder, listing.filter, staking)),
    listing.order,
  )
}

const has = (transcoder: Transcoder, wanted: string): boolean =>
  [transcoder.address.toLowerCase(), nameOf(transcoder) ?? ''].some((text) => text.includes(wanted))

function passes(transcoder: Transcoder, filter: Filter, staking: Pick<Staking, 'round' | 'terms'>): boolean {
  switch (filter) {
    case 'all':
      return true
    case 'active':
      return isActive(transcoder)
    case 'open':
      return isActive(transcoder) && transcoder.isAvailable
    case 'clean':
      return recordNotesOf(transcoder, staking).every(({ tone }) => tone === 'plain')
  }
}
