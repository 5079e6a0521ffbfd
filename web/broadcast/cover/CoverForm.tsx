import { StreamCover } from '@lp/contracts/protocol'
import Camera from 'lucide-react/icons/camera'
import ImageIcon from 'lucide-react/icons/image'
import X from 'lucide-react/icons/x'
import { useId } from 'react'
import { Button } from '../../ui/Button'
import { IconButton } from '../../ui/IconButton'
import { Notice } from '../../ui/Notice'
import type { CoverChoice } from './useCover'

/** The title and the poster of the next broadcast. Both are optional. `stream`: the camera or screen in the preview. */
export function CoverForm({ cover, stream }: { cover: CoverChoice; stream: MediaStream | undefined }) {
  const id = useId()
  return (
    <div className="mb-5 space-y-3">
      <div>
        <label htmlFor={id} className="mb-1.5 block font-medium text-sm">
          Title <span className="font-normal text-ink-soft">(optional)</span>
        </label>
        <input
          id={id}
          value={cover.title}
          onChange={(event) => cover.onTitle(event.target.value)}
          // A character has at most two UTF-16 units, which the browser counts.
          maxLength={2 * StreamCover.maxTitleLength}
          dir="auto"
          autoComplete="off"
          aria-invalid={cover.titleProblem !== undefined}
          className="h-11 w-full min-w-0 rounded-xl border border-line-strong bg-surface px-3.5 text-sm"
        />
      </div>
      {cover.titleProblem && <Notice problem={cover.titleProblem} />}
      <div className="flex flex-wrap items-center gap-3">
        {cover.poster ? (
          <span className="relative shrink-0">
            <img
              src={`data:image/jpeg;base64,${cover.poster}`}
              alt="Poster of the stream"
              className="h-16 w-28 rounded-lg bg-black object-contain"
            />
            <IconButton
              label="Remove the poster"
              look="glass"
              className="absolute! -top-3 -right-3 size-8!"
              onClick={cover.onRemove}
            >
              <X className="size-4" aria-hidden="true" />
            </IconButton>
          </span>
        ) : (
          <p className="flex h-16 w-28 shrink-0 items-center justify-center rounded-lg bg-inset text-[13px] text-ink-soft">
            No poster
          </p>
        )}
        {/* On a narrow phone, the buttons are below the poster. */}
        <div className="flex grow basis-40 flex-wrap gap-2">
          <Button asChild look="outline" size="small">
            <label className="cursor-pointer has-[:focus-visible]:outline-2">
              <ImageIcon className="size-4" aria-hidden="true" />
              Choose an image
              <input
                type="file"
                accept="image/*"
                className="sr-only"
                disabled={cover.isBusy}
                onChange={({ target }) => {
                  const [file] = target.files ?? []
                  if (file) cover.onImage(file)
                  // The person can choose the same file again.
                  target.value = ''
                }}
              />
            </label>
          </Button>
          <Button
            look="outline"
            size="small"
            busy={cover.isBusy}
            disabled={!stream}
            onClick={() => stream && cover.onPicture(stream)}
          >
            <Camera className="size-4" aria-hidden="true" />
            Take a picture
          </Button>
        </div>
      </div>
      {cover.posterProblem && <Notice problem={cover.posterProblem} />}
      <p className="text-pretty text-[13px] text-ink-soft leading-relaxed">
        Viewers see the title and the poster before the first picture. You cannot change them while the stream is live.
      </p>
    </div>
  )
}
