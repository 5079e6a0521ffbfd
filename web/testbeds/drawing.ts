import { openCamera } from '../broadcast/capture/devices'

export type DrawingOptions = {
  /** `slide` never changes. The pictures of `uneven` come at irregular intervals. */
  drawing: 'slide' | 'movement' | 'uneven'
  width: number
  height: number
  sound: 'microphone' | 'silence' | 'none'
}

const unevenMs = [20, 33, 110, 47, 250, 33, 33, 90, 400, 15]

/** Uses a canvas as a picture source, with the sound `sound`. */
export async function draw({ drawing, width, height, sound }: DrawingOptions) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  const isUneven = drawing === 'uneven'
  const [track] = canvas.captureStream(isUneven ? 0 : 30).getVideoTracks() as CanvasCaptureMediaStreamTrack[]
  let timer: ReturnType<typeof setTimeout>
  let pictures = 0
  const next = () => {
    paint(context, drawing === 'slide' ? 0 : pictures)
    if (isUneven) track?.requestFrame()
    pictures++
    if (drawing !== 'slide') timer = setTimeout(next, isUneven ? unevenMs[pictures % unevenMs.length] : 33)
  }
  next()
  const voice = await soundOf(sound)
  return {
    stream: new MediaStream([track as MediaStreamTrack, ...voice.tracks]),
    close() {
      clearTimeout(timer)
      voice.close()
    },
  }
}

function paint(context: CanvasRenderingContext2D, picture: number) {
  const { width, height } = context.canvas
  const sky = context.createLinearGradient(0, 0, width, height)
  sky.addColorStop(0, `hsl(${picture % 360} 60% 45%)`)
  sky.addColorStop(1, 'midnightblue')
  context.fillStyle = sky
  context.fillRect(0, 0, width, height)
  context.fillStyle = 'white'
  context.font = `${Math.round(height / 12)}px sans-serif`
  for (let line = 0; line < 6; line++)
    context.fillText(`Line ${line} of the text, picture ${picture}`, 12, ((line + 1.5) * height) / 8)
  context.beginPath()
  const [x, y] = [Math.abs(((picture * 13) % (2 * width)) - width), Math.abs(((picture * 7) % (2 * height)) - height)]
  context.arc(x, y, height / 8, 0, 2 * Math.PI)
  context.fill()
}

async function soundOf(sound: DrawingOptions['sound']) {
  if (sound === 'microphone') {
    const { stream, close } = await openCamera({ camera: false })
    return { tracks: stream.getTracks(), close }
  }
  if (sound === 'none') return { tracks: [], close() {} }
  const context = new AudioContext()
  const { stream } = new MediaStreamAudioDestinationNode(context)
  return { tracks: stream.getTracks(), close: () => void context.close() }
}
