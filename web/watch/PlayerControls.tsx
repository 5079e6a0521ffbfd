import Cast from 'lucide-react/icons/cast'
import ExternalLink from 'lucide-react/icons/external-link'
import Maximize from 'lucide-react/icons/maximize'
import Minimize from 'lucide-react/icons/minimize'
import Pause from 'lucide-react/icons/pause'
import PictureInPicture2 from 'lucide-react/icons/picture-in-picture-2'
import Play from 'lucide-react/icons/play'
import Volume2 from 'lucide-react/icons/volume-2'
import VolumeX from 'lucide-react/icons/volume-x'
import type { ReactNode } from 'react'
import { IconButton } from '../ui/IconButton'
import { Tooltip } from '../ui/Tooltip'
import { QualityMenu } from './QualityMenu'
import type { Playback } from './usePlayback'
import type { Levels } from './WatchState'

export type PlayerControlsProps = {
  playback: Playback
  /** Undefined for a recording, which has one quality. */
  levels: Levels | undefined
  /** Undefined if the person cannot seek. */
  seekBar: ReactNode
  /** A tap has shown the controls. */
  isShown: boolean
  /** Undefined while the browser offers no other device for this video. */
  onCast: (() => void) | undefined
  /** The address of the page of the stream, if the player is in a foreign page. */
  fullPage: string | undefined
}

/** Controls that are not visible must not take the tap that shows them. */
const hidden =
  'pointer-events-none opacity-0 group-hover:pointer-events-auto group-hover:opacity-100 group-has-[:focus-visible]:pointer-events-auto group-has-[:focus-visible]:opacity-100'

/**
 * While the video plays, the controls are hidden, unless the pointer or the focus of the keyboard is in the player, or a tap has shown
 * them.
 */
export function PlayerControls({ playback, levels, seekBar, isShown, ...more }: PlayerControlsProps) {
  const { onCast, fullPage } = more
  const isSilent = playback.muted || playback.volume === 0
  return (
    <div
      className={`absolute inset-x-0 bottom-0 flex flex-wrap items-center gap-0.5 bg-linear-to-t from-black/75 to-transparent px-2 pt-10 pb-2 transition-opacity duration-200 ${playback.paused || isShown ? '' : hidden}`}
      data-shown={playback.paused || isShown}
    >
      {seekBar}
      <IconButton look="bare" label={playback.paused ? 'Play' : 'Pause'} onClick={playback.togglePlay}>
        {playback.paused ? <Play className="size-5 fill-current" /> : <Pause className="size-5 fill-current" />}
      </IconButton>
      <IconButton look="bare" label={isSilent ? 'Unmute' : 'Mute'} onClick={playback.toggleMuted}>
        {isSilent ? <VolumeX className="size-5" /> : <Volume2 className="size-5" />}
      </IconButton>
      <input
        type="range"
        aria-label="Volume"
        min={0}
        max={1}
        step={0.05}
        value={isSilent ? 0 : playback.volume}
        onChange={(event) => playback.setVolume(event.target.valueAsNumber)}
        className="mr-auto hidden w-20 accent-white sm:block"
      />
      <span className="mr-auto sm:hidden" />
      {levels && <QualityMenu levels={levels} />}
      {playback.togglePictureInPicture && (
        <IconButton look="bare" label="Small window" onClick={playback.togglePictureInPicture}>
          <PictureInPicture2 className="size-5" />
        </IconButton>
      )}
      {onCast && (
        <IconButton look="bare" label="Play on another device" onClick={onCast}>
          <Cast className="size-5" />
        </IconButton>
      )}
      {fullPage && (
        <Tooltip text="Open the page of the stream">
          <a
            href={fullPage}
            target="_blank"
            rel="noreferrer"
            aria-label="Open the page of the stream"
            className="inline-flex size-11 shrink-0 items-center justify-center rounded-full transition-colors hover:bg-white/20"
          >
            <ExternalLink className="size-5" aria-hidden="true" />
          </a>
        </Tooltip>
      )}
      <IconButton
        look="bare"
        label={playback.isFullscreen ? 'Leave fullscreen' : 'Fullscreen'}
        onClick={playback.toggleFullscreen}
      >
        {playback.isFullscreen ? <Minimize className="size-5" /> : <Maximize className="size-5" />}
      </IconButton>
    </div>
  )
}
