import Play from 'lucide-react/icons/play'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { Button } from '../ui/Button'
import type { Problem } from '../ui/Problem'
import { Spinner } from '../ui/Spinner'
import type { WatchState } from './WatchState'

export type PlayerCoverProps = {
  state: WatchState
  paused: boolean
  onPlay(): void
  onRetry(): void
  /** Undefined if there can be no recording. */
  onPlayRecording: (() => void) | undefined
  /** The address of the page of the stream, if the player is in a foreign page. */
  fullPage: string | undefined
}

const sentences = {
  locked: 'This stream is paid.',
  unpaid: 'No relay sends you this stream free of charge now.',
}

/** Covers the picture with a message or with a play button when the stream does not play. */
export function PlayerCover({ state, paused, onPlay, onRetry, onPlayRecording, fullPage }: PlayerCoverProps) {
  const retry = (
    <Button size="small" onClick={onRetry} className="bg-white! text-black!">
      Try again
    </Button>
  )
  const home = (
    <Button asChild size="small" className="bg-white! text-black!">
      {fullPage ? (
        <a href={fullPage} target="_blank" rel="noreferrer">
          To the page of the stream
        </a>
      ) : (
        <Link href="/">To the start page</Link>
      )}
    </Button>
  )
  switch (state.name) {
    case 'live':
      return paused ? <BigPlay onPlay={onPlay} /> : null
    case 'buffering':
      return <Waiting text="Waiting for the next segment" />
    case 'connecting':
      return <Waiting text="Looking for the stream" />
    case 'locked':
    case 'unpaid': {
      const nextStep = `Its price, and the button to pay, are ${fullPage ? 'on the page of the stream' : 'below the picture'}.`
      return <Message problem={{ sentence: sentences[state.name], nextStep }} action={fullPage ? home : null} />
    }
    case 'transcoder-offline':
      return <Waiting text="The transcoder does not answer. Trying again." />
    case 'reconnecting':
      return <Waiting text="The stream is interrupted. This page waits until the stream continues." />
    case 'silent':
      return (
        <Message
          problem={{
            sentence: 'The broadcaster has sent nothing for half a minute or longer.',
            nextStep: 'This page continues as soon as the stream does.',
          }}
          action={home}
        />
      )
    case 'ended':
      return <Ended onPlayRecording={onPlayRecording} home={home} />
    case 'recording':
      if (state.isWaiting) return <Waiting text="Waiting for the next bytes of the recording" />
      return paused ? <BigPlay onPlay={onPlay} /> : null
    case 'searching':
      return <Waiting text="Looking for the recording" />
    case 'nobody':
      return <Waiting text="No viewer or relay that has the recording is connected now. This page continues to look." />
    case 'soon':
      return (
        <Message
          problem={{
            sentence: 'The stream starts soon.',
            nextStep: 'Keep this page open: it begins to play when the broadcaster goes live.',
          }}
          action={null}
        />
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

function Ended({ onPlayRecording, home }: { onPlayRecording: (() => void) | undefined; home: ReactNode }) {
  const sentence = 'The stream has ended.'
  if (!onPlayRecording) return <Message problem={{ sentence, nextStep: 'Thank you for watching.' }} action={home} />
  const play = (
    <Button size="small" onClick={onPlayRecording} className="bg-white! text-black!">
      Play the recording
    </Button>
  )
  return (
    <Message problem={{ sentence, nextStep: 'The relays and other viewers may have a recording.' }} action={play} />
  )
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
      {action && <div className="mt-3">{action}</div>}
    </div>
  )
}
