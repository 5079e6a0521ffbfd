export {
  type Conclusion,
  checkSegment,
  type Payloads,
  type Preceding,
  quantisersAfter,
  type Verdict,
  type Work,
} from './checkSegment'
export type { Code, Finding } from './Finding'
export { RefusedError, type Run, type Runner } from './Runner'
