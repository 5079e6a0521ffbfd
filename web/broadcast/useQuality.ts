import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Address, PublicClient } from 'viem'
import type { Problem } from '../ui/Problem'
import { problemOf } from '../wallet/problemOf'
import { findOffer, missingDeposit, NoTranscoderError, type Offer } from './offer'
import { presetOf, presets } from './presets'
import type { Quality } from './Quality'

const refetchIntervalMs = 10_000

/** Which quality is picked, and what the chain says that it costs `broadcaster`. */
export function useQuality(
  client: PublicClient,
  broadcaster: Address | undefined,
): {
  quality: Quality
  offer: Offer | undefined
  problem: Problem | undefined
  isAsking: boolean
  askAgain(): void
} {
  const [presetId, setPresetId] = useState('720p')
  const queryClient = useQueryClient()
  const { data, error, isFetching } = useQuery({
    queryKey: ['offer', presetId, broadcaster],
    queryFn: async () => {
      const offer = await findOffer(client, presetOf(presetId).options)
      const { depositWei } = offer
      const missingWei = broadcaster ? await missingDeposit(client, { broadcaster, depositWei }) : depositWei
      return { ...offer, missingWei }
    },
    placeholderData: keepPreviousData,
    refetchInterval: refetchIntervalMs,
    retry: false,
  })
  // An answer outlives a chain that is away for a moment, but not the news that nobody would work.
  const isNews = error !== null && (!data || error instanceof NoTranscoderError)
  return {
    quality: { presets, presetId, price: data, onPreset: setPresetId },
    offer: data,
    problem: isNews ? ('problem' in error ? (error.problem as Problem) : problemOf(error)) : undefined,
    isAsking: isFetching,
    // Balances and the chain's own answer as well: they were as old as this one.
    askAgain: () => void queryClient.invalidateQueries(),
  }
}
