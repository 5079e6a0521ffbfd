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

/** A segment of a stream, and the outputs that the transcoder's receipt names. */
export type Work = {
  options: TranscodingOptions.TranscodingOptions
  /** The source segment, as the broadcaster's stream key signed it. */
  segment: Pick<Segment.Header, 'dataHash' | 'durationMs'>
  /** The outputs that the receipt names, highest rendition first. */
  outputs: readonly Recipe.Output[]
  /**
   * The previous receipt under the same Assignment. The quantisers of `outputs` follow from it. `'none'` for the first segment
   * under the Assignment; `'verified'` when the chain has already checked the quantisers.
   */
  preceding: Recipe.Preceding | 'none' | 'verified'
}

/** Each payload is `undefined` when it was not available. */
export type Payloads = {
  source: Uint8Array | undefined
  /** One payload for each rendition. Without `renditions`, the check compares only the receipt with the recipe. */
  renditions?: readonly (Uint8Array | undefined)[]
}

export type Conclusion = {
  verdict: Verdict.Verdict
  /** The reasons for the verdict; empty when Valid. */
  findings: readonly Finding[]
}

/**
 * Transcodes the segment again by the recipe, and decides whether the transcoder followed the recipe. Malformed work and malformed
 * payloads also lead to a verdict. The promise rejects only when this machine fails. It rejects with the error of `runner`.
 *
 * If there is evidence against the transcoder, the verdict is Invalid, even if a payload is missing. Without this rule, a transcoder
 * with one wrong rendition could avoid the verdict Invalid by withholding another rendition.
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
  if (!source) return conclude([{ code: 'source-missing', sentence: 'The source is not available.' }])
  if (!(await isPayload(segment.dataHash, source)))
    return conclude([{ code: 'source-missing', sentence: 'The source is not the segment that the stream key signed.' }])
  const due = await transcodeAgain({ runner, work, source }).catch((error: unknown) => {
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

/** The result of the recipe: the bytes, and the output that a correct receipt names. */
type Due = { data: Uint8Array; output: Recipe.Output }

/** Transcodes the source by the recipe. Throws `SourceRefusedError`, or the error of `runner`. */
async function transcodeAgain({
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

/** Calls `step`. If it throws an error of `kind`, the recipe cannot process the source: then throws `SourceRefusedError` instead. */
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
    if (!payload) findings.push({ code: 'payload-missing', sentence: 'The rendition is not available.' })
    else if (!(await isPayload(output.dataHash, payload)))
      findings.push({ code: 'payload-missing', sentence: 'The bytes do not have the hash that the receipt names.' })
    else findings.push(...compare(payload, due.data))
  }
  if (isTrue || findings.some(({ code }) => code !== 'payload-missing')) return findings
  return [
    ...findings,
    { code: 'receipt', sentence: 'The receipt names another hash or another number of bits than the recipe gives.' },
  ]
}

class SourceRefusedError extends ProtocolError {
  override readonly name = 'Check.SourceRefusedError'
  constructor({ cause }: { cause: ProtocolError }) {
    super(`No transcoder can process the source: ${cause.shortMessage}`, { details: cause.details, cause })
  }
}
