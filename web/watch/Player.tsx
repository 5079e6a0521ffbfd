import VolumeX from 'lucide-react/icons/volume-x'
import { lazy, type RefObject, useRef, useState } from 'react'
import { Button } from '../ui/Button'
import { LatePart } from '../ui/LatePart'
import { StatusBadge } from '../ui/StatusBadge'
import { useWakeLock } from '../ui/useWakeLock'
import type { Cover } from './Cover'
import { LiveBadge } from './LiveBadge'
import type { TimeShift } from './LivePause'
import { PlayerControls } from './PlayerControls'
import { PlayerCover } from './PlayerCover'
import { LiveBar } from './past/LiveBar'
import { type LivePast, seekBy } from './past/LivePast'
import { SeekBar } from './SeekBar'
import { UnverifiedBadge } from './UnverifiedBadge'
import { useAutoplay } from './useAutoplay'
import { useCast } from './useCast'
import { useKeys } from './useKeys'
import { useMediaSession } from './useMediaSession'
import { usePlayback } from './usePlayback'
import { useTouch } from './useTouch'
import type { Levels, WatchState } from './WatchState'

const KeysDialog = lazy(() => import('./KeysDialog'))

export type PlayerProps = {
  state: WatchState
  /** The title, and the poster that is shown before the first picture. */
  cover?: Cover | undefined
  /** Undefined for a recording, which has one quality. */
  levels: Levels | undefined
  isUnverified: boolean
  latencyMs: number | undefined
  timeShift: TimeShift
  videoRef: RefObject<HTMLVideoElement | null>
  onRetry(): void
  onGoToLive: (() => void) | undefined
  onPlayRecording: (() => void) | undefined
  /** Undefined if the person cannot seek back in a live stream. */
  past: LivePast | undefined
  /** The address of the page of the stream. The player is in a foreign page, and fills its frame. */
  fullPage?: string | undefined
}

/** The video with controls. `useKeys` has its keys. */
export function Player({ state, levels, isUnverified, latencyMs, timeShift, videoRef, past, ...more }: PlayerProps) {
  const { onRetry, onGoToLive, onPlayRecording, fullPage, cover } = more
  const frame = useRef<HTMLElement>(null)
  const playback = usePlayback(videoRef, frame)
  const silenced = useAutoplay(videoRef)
  const cast = useCast(videoRef)
  const isRecording = state.name === 'recording'
  const isOn = ['live', 'buffering', 'reconnecting'].includes(state.name) || isRecording
  const title = cover?.title ?? (isRecording ? 'Recording' : 'Live stream')
  const [showsKeys, setShowsKeys] = useState(false)
  const touch = useTouch(playback.paused)
  useWakeLock(isOn && !playback.paused)
  const seek = isRecording ? playback.seekBy : past && ((seconds: number) => seekBy(past, seconds))
  useKeys({ isOn, playback, seekBy: seek, onHelp: () => setShowsKeys(true) })
  const { posterUrl } = cover ?? {}
  useMediaSession(videoRef, { title: isOn ? title : undefined, posterUrl, paused: playback.paused })
  return (
    <section
      ref={frame}
      aria-label="Player"
      data-player
      onPointerDownCapture={touch.onPointer}
      className={`group relative w-full overflow-hidden bg-black text-white ${fullPage ? 'h-dvh' : 'aspect-video ring-line sm:[&:not(:fullscreen)]:rounded-2xl sm:ring-1'}`}
    >
      {/* biome-ignore lint/a11y/useMediaCaption: a live camera has no captions */}
      <video
        ref={videoRef}
        playsInline
        poster={posterUrl}
        tabIndex={isOn ? 0 : -1}
        aria-label={title}
        onClick={() => isOn && !touch.isFirstTap() && playback.togglePlay()}
        className={`size-full object-contain outline-offset-[-2px] ${isOn ? '' : 'opacity-25'}`}
      />
      <PlayerCover
        state={state}
        paused={playback.paused}
        onPlay={playback.togglePlay}
        onRetry={onRetry}
        onPlayRecording={onPlayRecording}
        fullPage={fullPage}
      />
      {isOn && (
        <>
          <div className="absolute top-3 left-3 flex flex-wrap gap-2">
            {isRecording ? (
              <StatusBadge tone="neutral">Recording</StatusBadge>
            ) : (
              <LiveBadge {...{ latencyMs, timeShift, onGoToLive }} isPaused={playback.paused} />
            )}
            {isUnverified && <UnverifiedBadge />}
            {timeShift === 'jumped' && (
              <p role="status" className="rounded-full bg-black/60 px-3 py-1 text-sm">
                The paused part no longer exists. This is live.
              </p>
            )}
          </div>
          <div className="absolute top-3 right-3 flex flex-wrap justify-end gap-2">
            {timeShift === 'behind' && onGoToLive && (
              <Button size="small" onClick={onGoToLive} className="bg-white! text-black!">
                Jump to live
              </Button>
            )}
            {silenced && (
              <Button size="small" onClick={playback.toggleMuted} className="bg-white! text-black!">
                <VolumeX className="size-4" aria-hidden="true" />
                Unmute
              </Button>
            )}
          </div>
          <PlayerControls
            playback={playback}
            levels={levels}
            isShown={touch.isShown}
            onCast={cast}
            fullPage={fullPage}
            seekBar={isRecording ? <SeekBar video={videoRef} /> : past && <LiveBar past={past} video={videoRef} />}
          />
        </>
      )}
      {showsKeys && (
        <LatePart name="The list of the keys">
          <KeysDialog
            canSeek={seek !== undefined}
            container={playback.isFullscreen ? frame.current : null}
            onClose={() => setShowsKeys(false)}
          />
        </LatePart>
      )}
    </section>
  )
}
