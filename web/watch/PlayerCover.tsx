import Play from 'lucide-react/icons/play'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { Button } from '../ui/Button'
import type { Problem } from '../ui/Problem'
import { Spinner } from '../ui/Spinner'
import type { WatchState } from './WatchState'

export type PlayerCoverProps = { state: WatchState; paused: boolean; onPlay(): void; onRetry(): void }

/** The message over the picture when the stream does not play. */
export function PlayerCover({ state, paused, onPlay, onRetry }: PlayerCoverProps) {
  const retry = (
    <Button size="small" onClick={onRetry} className="bg-white! text-black!">
      Try again
    </Button>
  )
  const home = (
    <Button asChild size="small" className="bg-white! text-black!">
      <Link href="/">To the start page</Link>
    </Button>
  )
  switch (state.name) {
    case 'live':
      return paused ? <BigPlay onPlay={onPlay} /> : null
    case 'buffering':
      return <Waiting text="Waiting for the next segment" />
    case 'connecting':
      return <Waiting text="Looking for the stream" />
    case 'transcoder-offline':
      return <Waiting text="The transcoder does not answer. Trying again." />
    case 'ended':
      return (
        <Message problem={{ sentence: 'The stream has ended.', nextStep: 'Thank you for watching.' }} action={home} />
      )
    case 'not-found':
      return (
        <Message
          problem={{
            sentence: 'There is no such stream.',
            nextStep: 'Ask the sender for the link again. A stream can be found only after it has started.',
          }}
          action={retry}
        />
      )
    case 'failed':
      return <Message problem={state.problem} action={retry} />
  }
}

function BigPlay({ onPlay }: { onPlay(): void }) {
  return (
    <button
      type="button"
      aria-label="Play"
      onClick={onPlay}
      className="absolute top-1/2 left-1/2 flex size-16 -translate-1/2 items-center justify-center rounded-full bg-black/60 transition-colors hover:bg-black/80"
    >
      <Play className="ml-1 size-7 fill-current" aria-hidden="true" />
    </button>
  )
}

function Waiting({ text }: { text: string }) {
  return (
    <p
      role="status"
      className="pointer-events-none absolute inset-0 flex flex-col items-center justify-center gap-3 px-6 text-center text-sm"
    >
      <Spinner className="size-8" />
      <span className="rounded-full bg-black/60 px-3 py-1">{text}</span>
    </p>
  )
}

function Message({ problem, action }: { problem: Problem; action: ReactNode }) {
  return (
    <div
      role="status"
      className="absolute inset-0 flex flex-col items-center justify-center gap-1.5 px-6 text-center text-sm sm:text-base"
    >
      <p className="font-semibold text-base sm:text-xl">{problem.sentence}</p>
      <p className="max-w-md text-balance text-white/80">{problem.nextStep}</p>
      <div className="mt-3">{action}</div>
    </div>
  )
}
