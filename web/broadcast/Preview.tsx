import FlipHorizontal from 'lucide-react/icons/flip-horizontal-2'
import Mic from 'lucide-react/icons/mic'
import MicOff from 'lucide-react/icons/mic-off'
import Video from 'lucide-react/icons/video'
import VideoOff from 'lucide-react/icons/video-off'
import { type ReactNode, useRef } from 'react'
import { IconButton } from '../ui/IconButton'
import { MicrophoneMeter } from './MicrophoneMeter'
import { PreviewEmpty } from './PreviewEmpty'
import type { Source } from './Source'
import { useMirror } from './useMirror'
import { useSrcObject } from './useSrcObject'

/** The outgoing picture with its switches. `badge` is shown in the upper left corner. */
export function Preview({ source, badge }: { source: Source; badge: ReactNode }) {
  const video = useRef<HTMLVideoElement>(null)
  useSrcObject(video, source.stream)
  const { isMirrored, onMirror } = useMirror()
  const isCamera = source.kind === 'camera'
  return (
    <div className="relative aspect-video overflow-hidden rounded-2xl bg-black text-white ring-1 ring-line">
      <video
        ref={video}
        autoPlay
        muted
        playsInline
        aria-label="Preview of your picture"
        className={`size-full object-contain ${isCamera && isMirrored ? '-scale-x-100' : ''} ${source.cameraOn ? '' : 'invisible'}`}
      />
      {source.stream ? (
        !source.cameraOn && (
          <p className="absolute inset-0 flex items-center justify-center gap-2 text-white/80">
            <VideoOff className="size-5" aria-hidden="true" />
            The picture is off
          </p>
        )
      ) : (
        <PreviewEmpty source={source} />
      )}
      <div className="absolute top-3 left-3">{badge}</div>
      {source.stream && (
        // On a narrow phone, three buttons in the middle would touch the meter.
        <div className="absolute inset-x-3 bottom-3 flex items-center gap-3 min-[22rem]:justify-center">
          <IconButton
            label={source.microphoneOn ? 'Mute the microphone' : 'Unmute the microphone'}
            look={source.microphoneOn ? 'glass' : 'off'}
            aria-pressed={!source.microphoneOn}
            onClick={() => source.onMicrophoneOn(!source.microphoneOn)}
          >
            {source.microphoneOn ? <Mic className="size-5" /> : <MicOff className="size-5" />}
          </IconButton>
          <IconButton
            label={source.cameraOn ? 'Turn the picture off' : 'Turn the picture on'}
            look={source.cameraOn ? 'glass' : 'off'}
            aria-pressed={!source.cameraOn}
            onClick={() => source.onCameraOn(!source.cameraOn)}
          >
            {source.cameraOn ? <Video className="size-5" /> : <VideoOff className="size-5" />}
          </IconButton>
          {isCamera && (
            <IconButton
              label="Mirror the preview"
              look="glass"
              className={isMirrored ? '' : 'opacity-60'}
              aria-pressed={isMirrored}
              onClick={() => onMirror(!isMirrored)}
            >
              <FlipHorizontal className="size-5" />
            </IconButton>
          )}
          <div className="absolute right-0 rounded-full bg-black/60 px-3 py-2">
            <MicrophoneMeter stream={source.stream} on={source.microphoneOn} />
          </div>
        </div>
      )}
    </div>
  )
}
