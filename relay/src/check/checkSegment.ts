import {
  MpegTs,
  ProtocolError,
  Recipe,
  type Segment,
  type TranscodingOptions,
  type Verdict,
} from '@lp/contracts/protocol'
import { compare } from './compare'
import type { Finding } from './Finding'
import { isPayload } from './isPayload'
import { RefusedError, type Runner } from './Runner'

/** A segment of a stream, and what its transcoder says that it made of it. */
export type Work = {
  options: TranscodingOptions.TranscodingOptions
  /** Of the source: what its origin signed. */
  segment: Pick<Segment.Header, 'dataHash' | 'durationMs'>
  /** As receipted, from the highest rendition down. */
  outputs: readonly Recipe.Output[]
  /**
   * The receipt before it under the same Assignment, from which its quantisers follow; `'none'` for the first, and
   * `'verified'` where the chain has followed the rule already.
   */
  preceding: Recipe.Preceding | 'none' | 'verified'
}

/** The bytes; `undefined` where they could not be had. */
export type Payloads = {
  source: Uint8Array | undefined
  /** One per rendition. Left out, only the receipt is held against the recipe. */
  renditions?: readonly (Uint8Array | undefined)[]
}

export type Conclusion = {
  verdict: Verdict.Verdict
  /** Why, for people; none when Valid. */
  findings: readonly Finding[]
}

/**
 * Follows the recipe once more and says whether the transcoder did. Whatever was handed in as work and payloads leads to
 * a verdict; rejects only with what `runner` rejects with when it fails itself.
 *
 * What speaks against the transcoder outweighs what could not be had: nobody hides one false rendition by withholding
 * another.
 */
export async function checkSegment({
  runner,
  work,
  payloads: { source, renditions },
}: {
  runner: Runner
  work: Work
  payloads: Payloads
}): Promise<Conclusion> {
  const { outputs, segment } = work
  const broken = checkQuantisers(work)
  if (broken.length > 0) return conclude(broken)
  if (!source) return conclude([{ code: 'source-missing', sentence: 'The source could not be had.' }])
  if (!(await isPayload(segment.dataHash, source)))
    return conclude([{ code: 'source-missing', sentence: 'The source is not the one that its origin signed.' }])
  const due = await redo({ runner, work, source }).catch((error: unknown) => {
    if (error instanceof SourceRefusedError) return error
    throw error
  })
  if (due instanceof SourceRefusedError)
    return { verdict: 'InputInvalid', findings: [{ code: 'source-refused', sentence: due.shortMessage }] }
  const findings = outputs.map(async (output, rendition) => {
    const served = renditions && { payload: renditions[rendition] }
    const found = await checkOutput({ output, due: due[rendition] as Due, served })
    return found.map((finding): Finding => ({ ...finding, rendition }))
  })
  return conclude((await Promise.all(findings)).flat())
}

function conclude(findings: readonly Finding[]): Conclusion {
  if (findings.length === 0) return { verdict: 'Valid', findings }
  const isCheat = findings.some(({ code }) => code !== 'source-missing' && code !== 'payload-missing')
  return { verdict: isCheat ? 'Invalid' : 'Unavailable', findings }
}

function checkQuantisers({ options, outputs, preceding }: Work): Finding[] {
  const expected = options.renditions.length
  for (const { length } of [outputs, ...(typeof preceding === 'string' ? [] : [preceding.outputs])])
    if (length !== expected)
      return [{ code: 'receipt', sentence: `A receipt has ${length} renditions where the job has ${expected}.` }]
  if (preceding === 'verified') return []
  return Recipe.quantisersAfter(preceding, options).flatMap((due, rendition): Finding[] => {
    const { qp } = outputs[rendition] as Recipe.Output
    if (qp === due) return []
    return [{ code: 'quantiser', rendition, sentence: `The quantiser is ${qp} where the rule gives ${due}.` }]
  })
}

/** What the recipe gives: the bytes, and what a true receipt says of them. */
type Due = { data: Uint8Array; output: Recipe.Output }

/** Follows the recipe. Throws `SourceRefusedError`, or what the runner rejects with when it fails itself. */
async function redo({
  runner,
  work: { options, segment, outputs },
  source,
}: {
  runner: Runner
  work: Work
  source: Uint8Array
}): Promise<Due[]> {
  const qps = outputs.map(({ qp }) => qp)
  const places = { input: 'in.ts', outputs: outputs.map((_, index) => `out${index}.ts`) }
  const args = await unlessRefused(ProtocolError, () => {
    const probe = MpegTs.probe(source)
    Recipe.checkSource({ probe, options, durationMs: segment.durationMs })
    return Recipe.ffmpegArguments({ options, source: probe, qps, engine: 'portable', ...places })
  })
  const input = { name: places.input, data: source }
  const datas = await unlessRefused(RefusedError, () => runner({ args, input, outputs: places.outputs }))
  const measure = async (data: Uint8Array, index: number) => ({
    data,
    output: await Recipe.measure({ data, qp: qps[index] as number }),
  })
  return unlessRefused(ProtocolError, () => Promise.all(datas.map(measure)))
}

/** An error of this kind in `step` means that no correct transcoder has a receipt for the source. */
async function unlessRefused<T>(
  kind: abstract new (...args: never[]) => ProtocolError,
  step: () => T | Promise<T>,
): Promise<T> {
  try {
    return await step()
  } catch (error) {
    throw error instanceof kind ? new SourceRefusedError({ cause: error }) : error
  }
}

async function checkOutput({
  output,
  due,
  served,
}: {
  output: Recipe.Output
  due: Due
  served: { payload: Uint8Array | undefined } | undefined
}): Promise<Finding[]> {
  const isTrue = output.canonicalHash === due.output.canonicalHash && output.bits === due.output.bits
  const findings: Finding[] = []
  if (served) {
    const { payload } = served
    if (!payload) findings.push({ code: 'payload-missing', sentence: 'The rendition could not be had.' })
    else if (!(await isPayload(output.dataHash, payload)))
      findings.push({ code: 'payload-missing', sentence: 'The bytes are not those that the receipt names.' })
    else findings.push(...compare(payload, due.data))
  }
  if (isTrue || findings.some(({ code }) => code !== 'payload-missing')) return findings
  return [
    ...findings,
    { code: 'receipt', sentence: 'The receipt names other pictures or sound than the recipe gives.' },
  ]
}

class SourceRefusedError extends ProtocolError {
  override readonly name = 'Check.SourceRefusedError'
  constructor({ cause }: { cause: ProtocolError }) {
    super(`Nobody can transcode the source: ${cause.shortMessage}`, { details: cause.details, cause })
  }
}
