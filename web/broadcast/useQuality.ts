import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Address, PublicClient } from 'viem'
import type { Problem } from '../ui/Problem'
import { problemOf } from '../wallet/problemOf'
import { askHealth } from './askHealth'
import { findOffer, missingDeposit, NoTranscoderError, type Offer } from './offer'
import { type BroadcastPreset, presetsFor } from './presets'
import type { Quality } from './Quality'

const refetchIntervalMs = 10_000
/** After this time, or when the person tries again, the page asks a relay again for its health. */
const healthAgeMs = 30_000

/** The chosen quality for the camera or screen of `stream`, and its price for `broadcaster` from the chain. */
export function useQuality(
  client: PublicClient,
  { broadcaster, stream }: { broadcaster: Address | undefined; stream: MediaStream | undefined },
): {
  quality: Quality
  offer: Offer | undefined
  problem: Problem | undefined
  isReadingPrices: boolean
  refresh(): void
} {
  const [chosen, setChosen] = useState('720p')
  const presets = presetsFor(pictureOf(stream))
  // If the device does not give the chosen quality, the page uses the highest quality that the device gives.
  const preset = presets.find(({ id }) => id === chosen) ?? (presets[0] as BroadcastPreset)
  const presetId = preset.id
  const queryClient = useQueryClient()
  const { data, error, isFetching } = useQuery({
    queryKey: ['offer', presetId, broadcaster],
    queryFn: async () => {
      const offer = await findOffer(client, preset.options, {
        ask: (relay) =>
          queryClient.fetchQuery({
            queryKey: ['health', relay],
            queryFn: () => askHealth(relay),
            staleTime: healthAgeMs,
          }),
      })
      const { depositWei } = offer
      const missingWei = broadcaster ? await missingDeposit(client, { broadcaster, depositWei }) : depositWei
      return { ...offer, missingWei }
    },
    placeholderData: keepPreviousData,
    refetchInterval: refetchIntervalMs,
    retry: false,
  })
  // While the chain does not answer, the page shows the last price. When no transcoder is available, the page shows the problem instead.
  const isShown = error !== null && (!data || error instanceof NoTranscoderError)
  return {
    quality: { presets, presetId, price: data, onPreset: setChosen },
    offer: data,
    problem: isShown ? problemOf(error) : undefined,
    isReadingPrices: isFetching,
    // `refresh` runs all queries again, because the balances and the chain id on the page are as old as the price.
    refresh: () => void queryClient.invalidateQueries(),
  }
}

/** Undefined while there is no picture, or while the browser does not know its size. */
function pictureOf(stream: MediaStream | undefined) {
  const { width, height, frameRate } = stream?.getVideoTracks()[0]?.getSettings() ?? {}
  return width && height ? { width, height, ...(frameRate && { frameRate }) } : undefined
}
