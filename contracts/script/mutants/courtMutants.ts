import type { Mutant } from './Mutant'

const court = 'verification/Court.sol'
const segments = 'court/Segments.sol'
const demands = 'court/Demands.sol'
const objections = 'court/Objections.sol'

/** Faults in the court. */
export const courtMutants: readonly Mutant[] = [
  {
    name: 'an objection is accepted in the first block after the window',
    file: segments,
    text: 'if (block.number >= end)',
    replacement: 'if (block.number > end)',
  },
  {
    name: 'a milder fault replaces a graver one',
    file: segments,
    text: 'if (_gravityOf(verdict) <= _gravityOf(segment.found)) return;',
    replacement: '',
  },
  {
    name: 'an open objection does not delay the verdict',
    file: segments,
    text: ' || segment.openObjections > 0',
    replacement: '',
  },
  {
    name: 'an open demand does not delay the verdict',
    file: segments,
    text: 'segment.openDemands > 0) isOpen = true;',
    replacement: 'segment.openDemands > 0) isOpen = isOpen;',
  },
  {
    name: 'demands stop the window without a limit',
    file: segments,
    text: 'return FixedPointMathLib.min(segment.stoppedBlocks + present, periods.answerBlocks);',
    replacement: 'return segment.stoppedBlocks + present;',
  },
  {
    name: 'an answer is accepted in the first block after its time',
    file: demands,
    text: 'if (block.number >= deadline)',
    replacement: 'if (block.number > deadline)',
  },
  {
    name: 'a demand fails in the last block of its time',
    file: demands,
    text: 'if (block.number < deadline)',
    replacement: 'if (block.number + 1 < deadline)',
  },
  {
    name: 'the transcoder is paid for answers although its segment failed',
    file: demands,
    text: 'isGood ? transcoder : record.demander',
    replacement: 'transcoder',
  },
  {
    name: 'a demanded chunk is paid for again',
    file: demands,
    text: 'if (demands[chunk].stage != ICourtTypes.DemandStage.None) continue;',
    replacement: '',
  },
  {
    name: 'any account can concede',
    file: objections,
    text: 'if (msg.sender != status.defender)',
    replacement: 'if (status.defender == address(0))',
  },
  {
    name: 'an objection is upheld while an appeal is open',
    file: objections,
    text: ' || record.openAppeals > 0',
    replacement: '',
  },
  {
    name: 'each appeal that was won ends the objection again',
    file: objections,
    text: ' || record.stage != ICourtTypes.Stage.Appealable) return;',
    replacement: ') return;',
  },
  {
    name: 'a lost deposit is not burned',
    file: objections,
    text: 'record.deposit / BURNED_PART',
    replacement: '0',
  },
  {
    name: 'an objection with InputInvalid needs no deposit',
    file: court,
    text: 'verdict == Verdict.InputInvalid ? bond : 0',
    replacement: '0',
  },
  {
    name: 'any account can request verdicts',
    file: court,
    text: 'if (msg.sender != address(claimsManager)) revert NotClaimsManager(msg.sender);',
    replacement: '',
  },
  {
    name: 'padding behind the end of a payload is not checked',
    file: 'types/Payload.sol',
    text: 'node = EfficientHashLib.hash(node, zeros);',
    replacement: 'node = EfficientHashLib.hash(node, siblings[used++]);',
  },
]
