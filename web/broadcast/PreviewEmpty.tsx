import Camera from 'lucide-react/icons/camera'
import ScreenShare from 'lucide-react/icons/screen-share'
import { Spinner } from '../ui/Spinner'
import type { Source } from './Source'

const words = {
  camera: {
    ...{ Icon: Camera, ask: 'Turn on the camera' },
    wait: 'When the browser asks, allow the camera and the microphone',
  },
  screen: { Icon: ScreenShare, ask: 'Choose a screen', wait: 'Choose a screen, a window or a tab' },
}

/** The button that opens the camera or screen, before there is a picture. */
export function PreviewEmpty({ source }: { source: Source }) {
  const { Icon, ask, wait } = words[source.kind]
  return (
    <div className="absolute inset-0 flex items-center justify-center px-6">
      {source.opening ? (
        <p role="status" className="flex items-center gap-3 text-center text-sm text-white/80">
          <Spinner className="size-5 shrink-0" />
          {wait}
        </p>
      ) : (
        <button
          type="button"
          onClick={source.onOpen}
          className="flex flex-col items-center gap-3 rounded-2xl p-4 font-medium transition-colors hover:bg-white/10"
        >
          <span className="flex size-14 items-center justify-center rounded-full bg-white text-black">
            <Icon className="size-6" aria-hidden="true" />
          </span>
          {ask}
        </button>
      )}
    </div>
  )
}
