import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type EncoderSpeed, measureSpeed } from './capture/encoderSpeed'
import type { Size } from './capture/picture'
import { shapesFor } from './presets'

/**
 * Measures how fast this computer encodes the picture of a device. Measures nothing while `isOnAir`, because the measurement would take the
 * time of the encoder of the stream.
 */
export function useEncoderSpeed(
  picture: (Size & { fps?: number | undefined }) | undefined,
  { isOnAir }: { isOnAir: boolean },
): { speedOf: EncoderSpeed | undefined; isMeasuring: boolean } {
  const shapes = picture ? shapesFor(picture) : []
  const { data, isFetching, isPending, isPlaceholderData } = useQuery({
    queryKey: ['encoder', shapes],
    queryFn: () => measureSpeed(shapes),
    enabled: shapes.length > 0 && !isOnAir,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  return { speedOf: data, isMeasuring: isFetching && (isPending || isPlaceholderData) }
}
