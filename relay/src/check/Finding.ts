/** One thing that a check found, in words for whoever watches. */
export type Finding = {
  code: Code
  /** Index in the options' ladder; none where it concerns the segment as a whole. */
  rendition?: number
  /** A whole sentence. */
  sentence: string
}

export type Code =
  /** The source could not be had, or was another. */
  | 'source-missing'
  /** No correct transcoder can process the source. */
  | 'source-refused'
  /** A rendition could not be had, or was another. */
  | 'payload-missing'
  /** The receipt contradicts the job, the recipe, or the payload that it names. */
  | 'receipt'
  /** The quantiser does not follow from the preceding receipt. */
  | 'quantiser'
  /** The payload is no segment. */
  | 'malformed'
  /** The pictures have another size. */
  | 'size'
  /** Pictures are missing, added, or shown at other times. */
  | 'timestamps'
  | 'picture'
  | 'sound'
