/** One finding of a check, with a sentence for the viewer. */
export type Finding = {
  code: Code
  /** Index of the rendition in the job's options; absent if the finding is about the whole segment. */
  rendition?: number
  /** A complete English sentence. */
  sentence: string
}

export type Code =
  /** The source was not available, or its hash is wrong. */
  | 'source-missing'
  /** No correct transcoder can process the source. */
  | 'source-refused'
  /** A rendition was not available, or its hash is wrong. */
  | 'payload-missing'
  /** The receipt contradicts the job, the recipe, or the payload of a rendition. */
  | 'receipt'
  /** The quantiser is not the quantiser that the rule gives after the preceding receipt. */
  | 'quantiser'
  /** The payload of a rendition cannot be read as a segment. */
  | 'malformed'
  /** The pictures have another size than in the recipe's output. */
  | 'size'
  /** Pictures are missing, added, or shown at other times. */
  | 'timestamps'
  | 'picture'
  | 'sound'
