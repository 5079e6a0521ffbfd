import type { Hex } from 'viem'

/** A neighbour that names members, and can introduce us to them. (Not the sponsor of a subsidised stream.) */
export type Sponsor = {
  /** The members that the neighbour has named. */
  readonly named: ReadonlySet<Hex>
  /** A chain of introductions leads from the root to this neighbour. We met the root without an introduction. */
  readonly root: Hex
  /** The number of introductions in a row that did not lead to a channel. */
  readonly failures: number
}

export type Candidate<Of extends Sponsor> = { readonly peerId: Hex; readonly sponsor: Of }

export type Ranking<Of extends Sponsor> = {
  sponsors: readonly Of[]
  /** One root for each open channel and each attempt to connect that came from an introduction. */
  roots: readonly Hex[]
  /** Whether we would connect to this member. */
  isWanted(peerId: Hex): boolean
  random(): number
}

/** After this many failures in a row, a neighbour is failing. The members that are named only by failing neighbours come last. */
const maxFailures = 3

/**
 * The members that we could connect to, the best first, each with the neighbour that will introduce us.
 *
 * An attacker can name many members of its own, and these members can name each other. But all of them have the same root. So the members
 * that are named by neighbours with different roots come first. Then come the members whose root has led to the fewest of our channels.
 */
export function rankCandidates<Of extends Sponsor>(ranking: Ranking<Of>): Candidate<Of>[] {
  const { sponsors, roots, isWanted, random } = ranking
  const channels = new Map<Hex, number>()
  for (const root of roots) channels.set(root, (channels.get(root) ?? 0) + 1)
  const sponsorsOf = new Map<Hex, Of[]>()
  for (const sponsor of sponsors)
    for (const peerId of sponsor.named) {
      if (isWanted(peerId)) sponsorsOf.set(peerId, [...(sponsorsOf.get(peerId) ?? []), sponsor])
    }
  return [...sponsorsOf]
    .map(([peerId, all]) => {
      const best = [...all].sort((a, b) => a.failures - b.failures)
      const sponsor = best[0] as Of
      const isFailing = sponsor.failures >= maxFailures
      const isConfirmed = new Set(all.map(({ root }) => root)).size > 1
      const ranks = [isFailing ? 1 : 0, isConfirmed ? 0 : 1, isConfirmed ? 0 : (channels.get(sponsor.root) ?? 0)]
      return { peerId, sponsor, ranks: [...ranks, random()] }
    })
    .sort((a, b) => firstDifference(a.ranks, b.ranks))
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  for (const [index, rank] of a.entries()) if (rank !== b[index]) return rank - (b[index] as number)
  return 0
}
