import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { type RefObject, useState } from 'react'
import type { Address, PublicClient } from 'viem'
import type { Problem } from '../ui/Problem'
import { problemOf } from '../wallet/problemOf'
import { askHealth } from './askHealth'
import { defaultRate } from './defaultRate'
import { findOffer, missingDeposit, NoTranscoderError, type Offer } from './offer'
import { type BroadcastPreset, pictureFor, presetsFor } from './presets'
import type { Quality } from './Quality'
import { useEncoderSpeed } from './useEncoderSpeed'
import { usePicture } from './usePicture'

const refetchIntervalMs = 10_000
/** After this time, or when the person tries again, the page asks a relay again for its health. */
const healthAgeMs = 30_000
const usualLines = 720

/** The chosen quality for the camera or screen of `stream`, and its price for `broadcaster` from the chain. */
export function useQuality(
  client: PublicClient,
  {
    broadcaster,
    stream,
    onAir,
  }: { broadcaster: Address | undefined; stream: MediaStream | undefined; onAir: RefObject<unknown> },
): {
  quality: Quality
  preset: BroadcastPreset
  offer: Offer | undefined
  problem: Problem | undefined
  isReadingPrices: boolean
  refresh(): void
} {
  const [chosen, setChosen] = useState<{ id: string; frameRate?: number }>({ id: `${usualLines}p` })
  const [{ capacity, usualRate }, setTranscoders] = useState<{ capacity?: number; usualRate: number }>(() => ({
    usualRate: proposedBy([]),
  }))
  // The camera is asked for the picture of the choice, and not of `preset`, because the answer of the camera changes `preset`.
  const picture = usePicture(stream?.getVideoTracks()[0], pictureFor(chosen.id, chosen.frameRate ?? usualRate))
  const { speedOf, isMeasuring } = useEncoderSpeed(picture, { isOnAir: onAir.current !== undefined })
  const presets = presetsFor({ picture, speedOf, capacity }, chosen.frameRate ?? usualRate)
  const preset = chosenOf(presets, chosen.id)
  const queryClient = useQueryClient()
  const { data, error, isFetching } = useQuery({
    queryKey: ['offer', preset.id, preset.options.fps, broadcaster],
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
  // The transcoders limit the qualities, so the page reads the price again if they are different.
  if (data && (data.capacity !== capacity || proposedBy(data.relays) !== usualRate))
    setTranscoders({ capacity: data.capacity, usualRate: proposedBy(data.relays) })
  // While the chain does not answer, the page shows the last price. When no transcoder is available, the page shows the problem instead.
  const isShown = error !== null && (!data || error instanceof NoTranscoderError)
  return {
    quality: {
      ...{ presets, presetId: preset.id, isMeasuring, price: data },
      onPreset: (id) => setChosen((before) => ({ ...before, id })),
      onFrameRate: (rate) => setChosen((before) => ({ ...before, frameRate: rate })),
    },
    preset,
    offer: data,
    problem: isShown ? problemOf(error) : undefined,
    isReadingPrices: isFetching,
    // `refresh` runs all queries again, because the balances and the chain id on the page are as old as the price.
    refresh: () => void queryClient.invalidateQueries(),
  }
}

/** If the chosen quality is not offered, the page uses the highest quality with at most 720 lines, or else the lowest quality. */
const chosenOf = (presets: readonly BroadcastPreset[], id: string): BroadcastPreset =>
  (presets.find((preset) => preset.id === id) ??
    presets.find(({ options }) => options.height <= usualLines) ??
    presets.at(-1)) as BroadcastPreset

const proposedBy = (relays: readonly string[]): number => defaultRate({ relays, cores: navigator.hardwareConcurrency })
