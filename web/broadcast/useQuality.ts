import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PublicClient } from 'viem'
import type { Problem } from '../ui/Problem'
import { problemOf } from '../wallet/problemOf'
import { findOffer, type Offer } from './offer'
import { presetOf, presets } from './presets'
import type { Quality } from './Quality'

const refetchIntervalMs = 10_000

/** Which quality is picked, and what the chain says that it costs. */
export function useQuality(client: PublicClient): {
  quality: Quality
  offer: Offer | undefined
  problem: Problem | undefined
} {
  const [presetId, setPresetId] = useState('720p')
  const { data, error } = useQuery({
    queryKey: ['offer', presetId],
    queryFn: () => findOffer(client, presetOf(presetId).options),
    refetchInterval: refetchIntervalMs,
    retry: false,
  })
  return {
    quality: { presets, presetId, price: data, onPreset: setPresetId },
    offer: data,
    problem: error && !data ? ('problem' in error ? (error.problem as Problem) : problemOf(error)) : undefined,
  }
}
