import type { Address, Hex } from 'viem'
import type * as Acknowledgement from './Acknowledgement'
import type { Cashier } from './Cashier'
import { Deliveries } from './Deliveries'
import { DeliveryShow, type DeliveryShowOptions } from './DeliveryShow'
import type { SponsorAccounts } from './SponsorAccounts'

export type DeliveryShowsOptions = Omit<DeliveryShowOptions, 'deliveries' | 'onForged'> & {
  cashier: Cashier
  accounts: SponsorAccounts
  /** The viewer has sent an acknowledgement that it has not signed. */
  onForged(streamId: Hex, viewer: Address, error: Acknowledgement.WrongSignerError): void
}

/** What a relay shows to its sponsors. The addresses of sponsors are in lower case. */
export class DeliveryShows {
  readonly #options: DeliveryShowsOptions
  /** By sponsor and stream. The oldest entry is the first. */
  readonly #shows = new Map<string, DeliveryShow>()

  constructor(options: DeliveryShowsOptions) {
    this.#options = options
  }

  get(sponsor: string, streamId: Hex): DeliveryShow | undefined {
    return this.#shows.get(`${sponsor}/${streamId}`)
  }

  /** The newest stream for whose viewers this party pays. `undefined`: the party is no sponsor. */
  streamOf(party: string): Hex | undefined {
    const shows = [...this.#shows.values()]
    return shows.findLast(({ deliveries }) => deliveries.account.sponsor === party)?.deliveries.account.streamId
  }

  /** The `DeliveryShow` for this sponsor and stream. Creates it, and an entry for the sponsor in `SponsorAccounts`, if there is none. */
  open(sponsor: Address, streamId: Hex): DeliveryShow {
    const { cashier, accounts, onForged, ...shared } = this.#options
    accounts.open(sponsor, cashier.heldOf(sponsor) - cashier.missingOf(sponsor))
    const known = this.get(sponsor, streamId)
    if (known) return known
    for (const [key, { deliveries }] of this.#shows)
      if (!accounts.has(deliveries.account.sponsor)) this.#shows.delete(key)
    const deliveries = new Deliveries({ sponsor, streamId }, accounts)
    const show = new DeliveryShow({ ...shared, deliveries, onForged: (...forged) => onForged(streamId, ...forged) })
    this.#shows.set(`${sponsor}/${streamId}`, show)
    return show
  }
}
